import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { type Environment, parseConfig } from './parse-config.js';
import { flag, setting } from '../variables/setting.js';

const CONTEXTS = ['users', 'orders', 'payments'].map((name) => context(name));
const SECRET = 'x'.repeat(32);
const AMQP = 'amqp://user:transport-password@broker:5672';
const POSTGRES = 'postgres://user:database-password@db:5432/shop';
const parse = (env: Environment) => parseConfig(application('app', CONTEXTS), env);
const violationsOf = (env: Environment) => parse(env).violations;

describe('an empty environment', () => {
  it('is a complete configuration: everything here, embedded', () => {
    const { config, violations } = parse({});
    expect(violations).toEqual([]);
    expect(config.placement).toEqual({ here: ['users', 'orders', 'payments', 'gateway'], elsewhere: [] });
    expect(config.values).toMatchObject({
      PORT: 3000,
      DATA_DIR: '.isolith/data',
      DATABASE_POOL: 10,
      HOST: '127.0.0.1',
      SHUTDOWN_GRACE_MS: 10_000,
      SHUTDOWN_DELAY_MS: 0,
      LOG_LEVEL: 'info',
      ISOLITH_PARITY: false,
    });
    expect(config.databaseUrl('orders')).toBeUndefined();
  });

  it('is what variables with empty values make', () => {
    expect(parse({ PORT: '', CONTEXTS: '', AUTH_SECRET: '' })).toMatchObject({
      violations: [],
      config: { values: { PORT: 3000 } },
    });
  });
});

describe('values', () => {
  it.each([
    ['PORT', '0', 0],
    ['PORT', '65535', 65_535],
    ['SHUTDOWN_GRACE_MS', '0', 0],
    ['DATABASE_POOL', '200', 200],
    ['LOG_LEVEL', 'debug', 'debug'],
    ['ISOLITH_PARITY', '1', true],
    ['ISOLITH_PARITY', '0', false],
    ['HOST', '::', '::'],
    ['HOST', 'shop-1.example', 'shop-1.example'],
    ['TRUST_PROXY', '10.0.0.0/8,::1', '10.0.0.0/8,::1'],
    ['TRUST_PROXY', '1', '1'],
    ['OPERATIONS_RATE_LIMIT', 'off', 'off'],
    ['OPERATIONS_RATE_LIMIT', '7', 7],
    ['CORS_ORIGINS', 'https://shop.example, http://localhost:5173', ['https://shop.example', 'http://localhost:5173']],
    ['SHUTDOWN_DELAY_MS', '5000', 5_000],
  ])('%s=%s is read', (name, value, read) => {
    const { config, violations } = parse({ [name]: value });
    expect(violations).toEqual([]);
    expect(config.values).toHaveProperty(name, read);
  });

  it.each([
    ['PORT', '65536', 'PORT: expected a whole number from 0 to 65535, got "65536"'],
    ['PORT', '3e3', 'PORT: expected a whole number from 0 to 65535, got "3e3"'],
    ['PORT', '-1', 'PORT: expected a whole number from 0 to 65535, got "-1"'],
    ['DATABASE_POOL', '0', 'DATABASE_POOL: expected a whole number from 1 to 200, got "0"'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL: expected one of fatal, error, warn, info, debug, trace, silent, got "loud"'],
    ['CONTEXTS', ' , ', 'CONTEXTS: expected a comma-separated list of contexts, got " , "'],
    [
      'DATABASE_URL',
      'mysql://root:hunter2@db/shop',
      'DATABASE_URL: expected a URL postgres://user:password@host:port/database',
    ],
    [
      'ORDERS_DATABASE_URL',
      'hunter2',
      'ORDERS_DATABASE_URL: expected a URL postgres://user:password@host:port/database',
    ],
    [
      'TRANSPORT_URL',
      'http://hunter2@broker',
      'TRANSPORT_URL: expected a URL amqp://user:password@host:port, or several with commas between',
    ],
    [
      'TRANSPORT_URL',
      'amqp://u:hunter2@one,two:hunter2,http://hunter2@three',
      'TRANSPORT_URL: expected a URL amqp://user:password@host:port, or several with commas between; address 2 of 3 is none; address 3 of 3 is none',
    ],
    ['AUTH_SECRET', 'hunter2', 'AUTH_SECRET: expected at least 32 characters'],
    ['METRICS_TOKEN', 'hunter 2', 'METRICS_TOKEN: expected visible ASCII characters without spaces'],
    [
      'HOST',
      '[::1]',
      expect.stringMatching(
        /^HOST: expected an IP address to listen on .*, got "\[::1\]"; no brackets, scheme or port belong to it$/,
      ),
    ],
    ['HOST', 'http://x', expect.stringMatching(/^HOST: expected an IP address/)],
    [
      'TRUST_PROXY',
      'true',
      expect.stringMatching(
        /^TRUST_PROXY: expected addresses of proxies .*, got "true"; nobody is trusted by another word$/,
      ),
    ],
    [
      'CORS_ORIGINS',
      '*',
      expect.stringMatching(/^CORS_ORIGINS: expected origins .*, got "\*"; each is named as browsers name it$/),
    ],
    ['CORS_ORIGINS', 'https://shop.example/path', expect.stringMatching(/^CORS_ORIGINS: expected/)],
    ['ISOLITH_PARITY', 'true', 'ISOLITH_PARITY: expected 1, or 0 for no parity mode, got "true"'],
  ])('%s=%s is refused by name', (name, value, violation) => {
    expect(violationsOf({ [name]: value })).toEqual([violation]);
  });

  it('that are secret are in no violation, whatever they are', () => {
    const secrets = [
      'DATABASE_URL',
      'USERS_DATABASE_URL',
      'TRANSPORT_URL',
      'AUTH_SECRET',
      'METRICS_TOKEN',
      'CONTEXT',
      'DATABSE_URL',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...secrets), fc.stringMatching(/^[a-z0-9]{8,30}$/), (name, noise) => {
        expect(violationsOf({ [name]: `~${noise}~ ` }).join('\n')).not.toContain(noise);
      }),
    );
  });

  it('that are long are cut', () => {
    expect(violationsOf({ PORT: '9'.repeat(5_000) })[0]?.length).toBeLessThan(150);
  });
});

describe('names', () => {
  it.each([
    ['CONTEXT', 'CONTEXT: not a known variable; did you mean CONTEXTS?'],
    ['DATABSE_URL', 'DATABSE_URL: not a known variable; did you mean DATABASE_URL?'],
    ['ORDRES_DATABASE_URL', 'ORDRES_DATABASE_URL: not a known variable; did you mean ORDERS_DATABASE_URL?'],
    ['ORDERS_DATABSE_URL', 'ORDERS_DATABSE_URL: not a known variable; did you mean ORDERS_DATABASE_URL?'],
    ['USER_DATABASE_URL', 'USER_DATABASE_URL: not a known variable; did you mean USERS_DATABASE_URL?'],
  ])('%s is a near miss', (name, violation) => {
    expect(violationsOf({ [name]: 'value' })).toEqual([violation]);
  });

  it('that belong to others are not ours', () => {
    const others = {
      PATH: '/bin',
      HOME: '/root',
      HOSTNAME: 'h',
      npm_config_port: '1',
      npm_package_config_contexts: 'x',
      TEST_DATABASE_URL: 'x',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x',
      ANTHROPIC_API_KEY: 'k',
    };
    expect(violationsOf(others)).toEqual([]);
  });
});

describe('placement', () => {
  const split = { CONTEXTS: 'orders,gateway', TRANSPORT_URL: AMQP, DATABASE_URL: POSTGRES, AUTH_SECRET: SECRET };

  it('is what CONTEXTS names, in any order, once', () => {
    const { config, violations } = parse({ ...split, CONTEXTS: ' gateway ,orders,orders' });
    expect(violations).toEqual([]);
    expect(config.placement).toEqual({ here: ['orders', 'gateway'], elsewhere: ['users', 'payments'] });
  });

  it('refuses a context that does not exist', () => {
    expect(violationsOf({ ...split, CONTEXTS: 'ordres,gateway' })).toContain(
      'CONTEXTS: "ordres" is not a context; did you mean "orders"?',
    );
    expect(violationsOf({ ...split, CONTEXTS: 'billing' })).toEqual([
      'CONTEXTS: "billing" is not a context; known are users, orders, payments, gateway',
    ]);
  });

  it('names all that a host with contexts elsewhere lacks', () => {
    expect(violationsOf({ CONTEXTS: 'orders,gateway' })).toEqual([
      'TRANSPORT_URL: required, because CONTEXTS leaves users, payments to other hosts; expected a URL amqp://user:password@host:port',
      'DATABASE_URL: required for orders, because CONTEXTS leaves users, payments to other hosts and the embedded database serves a single process only',
      'AUTH_SECRET: required, because CONTEXTS leaves users, payments to other hosts; expected at least 32 characters, the same on every host',
    ]);
  });

  it("needs no database for the gateway alone, and is content with one of the context's own", () => {
    const { DATABASE_URL: _, ...without } = split;
    expect(violationsOf({ ...without, CONTEXTS: 'gateway' })).toEqual([]);
    const own = parse({ ...without, ORDERS_DATABASE_URL: POSTGRES });
    expect(own.violations).toEqual([]);
    expect(own.config.databaseUrl('orders')).toBe(POSTGRES);
  });

  it('says a broken value once, not also that it is missing', () => {
    expect(violationsOf({ ...split, DATABASE_URL: 'x', AUTH_SECRET: 'short', TRANSPORT_URL: 'x' })).toHaveLength(3);
  });
});

describe('everything that is wrong', () => {
  it('is listed at once, and the configuration has defaults in its place', () => {
    const { config, violations } = parse({ PORT: 'x', CONTEXT: 'all', LOG_LEVEL: 'loud', AUTH_SECRET: 'short' });
    expect(new Set(violations.map((violation) => violation.split(':')[0]))).toEqual(
      new Set(['AUTH_SECRET', 'CONTEXT', 'LOG_LEVEL', 'PORT']),
    );
    expect(config.values).toMatchObject({ PORT: 3000, LOG_LEVEL: 'info' });
    expect(config.values.AUTH_SECRET).toBeUndefined();
    expect(config.violations).toEqual(violations);
  });

  it("includes the application's own settings", () => {
    const app = application('app', CONTEXTS, {
      SEED_DEMO: flag(false),
      COLOUR: setting('red or blue', z.enum(['red', 'blue']).default('red')),
    });
    const { config, violations } = parseConfig(app, { SEED_DEMO: 'yes', COLOUR: 'blue', COLOURS: 'x' });
    expect(violations).toEqual([
      'SEED_DEMO: expected true or false, got "yes"',
      'COLOURS: not a known variable; did you mean COLOUR?',
    ]);
    expect(config.values).toMatchObject({ SEED_DEMO: false, COLOUR: 'blue' });
  });
});
