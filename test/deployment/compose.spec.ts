import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '@isolith/isolith';
import { shop } from '../../src/shop.js';
import { eachItsOwn } from '../support/placements.js';
import { composeConfig, composeIsHere, readComposeFile, RequiredVariable, type Service } from './compose-file.js';

const CONTEXTS: readonly string[] = [...shop.names, 'gateway'];
const SECRETS = {
  AUTH_SECRET: 's'.repeat(48),
  ADMIN_PASSWORD: 'admin-password',
  POSTGRES_PASSWORD: 'database-password',
  RABBITMQ_PASSWORD: 'broker-password',
  ...Object.fromEntries(
    shop.names.map((context) => [`${context.toUpperCase()}_DATABASE_PASSWORD`, `password-of-${context}`]),
  ),
};
/** PostgreSQL's default. */
const DATABASE_CONNECTIONS = 100;
const SERVERS = ['postgres', 'rabbitmq'];
/** What ends when it has made them. */
const ROLES = 'roles';

const { services: all, volumes } = readComposeFile(SECRETS);
/** Without those of a profile, of which observability.spec.ts tells. */
const services = Object.fromEntries(Object.entries(all).filter(([, { profiles }]) => profiles.length === 0));
const hosts = Object.entries(services).filter(([name]) => ![...SERVERS, ROLES].includes(name));
const named = (name: string): Service => {
  const found = services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
};
const configOf = (service: Service) => parseConfig(shop, service.environment).config;
const milliseconds = (duration: string | undefined): number => Number(duration?.replace('s', '')) * 1_000;

it('every context has exactly one service, and the gateway has one', () => {
  expect(hosts.flatMap(([, service]) => configOf(service).placement.here).sort()).toEqual([...CONTEXTS].sort());
  for (const [name, service] of hosts) expect(service.environment['CONTEXTS']).toBe(name);
});

describe.each(hosts)('the host %s', (name, service) => {
  it('is told nothing wrong and nothing that no host reads', () => {
    expect(configOf(service).violations).toEqual([]);
    // Node itself reads its options, and OpenTelemetry its endpoint.
    const read = [
      'NODE_OPTIONS',
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      ...Object.keys(shop.variables),
      `${name.toUpperCase()}_DATABASE_URL`,
    ];
    expect(Object.keys(service.environment).filter((variable) => !read.includes(variable))).toEqual([]);
  });

  it('has the heap that `npm run split` and the tests of a split shop give it', () => {
    const { NODE_OPTIONS } = service.environment;
    expect(NODE_OPTIONS).toContain('--max-old-space-size');
    expect(readFileSync(new URL('../../scripts/split/host-environments.ts', import.meta.url), 'utf8')).toContain(
      `const MEMORY = '${NODE_OPTIONS}'`,
    );
    expect(eachItsOwn.environment).toEqual({ NODE_OPTIONS });
  });

  it('has no more secrets than it needs', () => {
    expect('ADMIN_PASSWORD' in service.environment).toBe(name === 'users');
    const databases = Object.keys(service.environment).filter((variable) => variable.endsWith('DATABASE_URL'));
    expect(databases).toEqual(name === 'gateway' ? [] : [`${name.toUpperCase()}_DATABASE_URL`]);
  });

  it('logs in as a role of its own (fault 28)', () => {
    const own = `${name.toUpperCase()}_DATABASE_PASSWORD`;
    const others = Object.entries(SECRETS).flatMap(([secret, value]) =>
      secret.endsWith('_PASSWORD') && secret !== own ? [value] : [],
    );
    const urls = Object.entries(service.environment).filter(([variable]) => variable.endsWith('DATABASE_URL'));
    for (const [, url] of urls) {
      expect(new URL(url)).toMatchObject({ username: `shop_${name}`, password: `password-of-${name}` });
      for (const secret of others) expect(url).not.toContain(secret);
    }
  });

  it('drains by itself before it is killed', () => {
    const { SHUTDOWN_DELAY_MS, SHUTDOWN_GRACE_MS } = configOf(service).values;
    expect(milliseconds(service.stop_grace_period)).toBeGreaterThan(SHUTDOWN_DELAY_MS + SHUTDOWN_GRACE_MS + 2_000);
    expect(service.init).toBe(true);
  });

  it('can do little harm: no root, no rights, nothing to write to', () => {
    expect(service).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'], read_only: true });
    expect([service.user ?? "the image's", service.privileged ?? false, service.volumes]).toEqual([
      "the image's",
      false,
      [],
    ]);
  });

  it('waits for what it needs to start, and for no other host', () => {
    expect(service.depends_on).toEqual({
      rabbitmq: { condition: 'service_healthy' },
      ...(name === 'gateway' ? {} : { [ROLES]: { condition: 'service_completed_successfully' } }),
    });
  });

  it('is of the one image, which one service builds', () => {
    expect(service.image).toBe(named('gateway').image);
    expect([service.build, service.pull_policy]).toEqual(name === 'gateway' ? ['.', 'build'] : [undefined, 'never']);
  });
});

describe('the service that makes the roles (fault 28)', () => {
  const service = named(ROLES);

  it('names all that hosts log in as, and is the only one with the administrator of the database', () => {
    const { ADMIN_DATABASE_URL, ...urls } = service.environment;
    expect(ADMIN_DATABASE_URL).toContain(`://shop:${SECRETS.POSTGRES_PASSWORD}@`);
    const known = hosts.flatMap(([, { environment }]) =>
      Object.entries(environment).filter(([variable]) => variable.endsWith('DATABASE_URL')),
    );
    expect(urls).toEqual(Object.fromEntries(known));
    expect(known).toHaveLength(shop.names.length);
    expect(
      hosts.filter(([, { environment }]) => JSON.stringify(environment).includes(SECRETS.POSTGRES_PASSWORD)),
    ).toEqual([]);
  });

  it('runs once, by the image of the hosts, when the database is there', () => {
    expect(service).toMatchObject({
      command: ['node', 'dist/main.js', '--roles', '--apply'],
      restart: 'no',
      image: named('gateway').image,
      pull_policy: 'never',
      cap_drop: ['ALL'],
      read_only: true,
      depends_on: { postgres: { condition: 'service_healthy' } },
    });
  });
});

it('only the gateway is reachable, and only from this machine', () => {
  const published = Object.entries(services).flatMap(([name, { ports }]) => ports.map((port) => [name, port]));
  expect(published).toEqual([['gateway', '127.0.0.1:3000:3000']]);
});

it.each(Object.entries(services))('%s has a health check that Docker Engine 20 takes (fault 48)', (_name, service) => {
  const { test: _, ...times } = service.healthcheck ?? { test: [], interval: 'none' };
  // Engines before 25 refuse start_interval, and with it the whole file; what is waited for must not need it.
  expect(Object.keys(times).toSorted()).toEqual(['interval', 'retries', 'start_period', 'timeout']);
  expect(milliseconds(times.interval)).toBeLessThanOrEqual(10_000);
});

it.each(Object.entries(services))(
  '%s has a health check without a word that some engine cuts (fault 49)',
  (_, service) => {
    expect(service.healthcheck?.test.filter((word) => /\s/.test(word))).toEqual([]);
  },
);

it.each(hosts)('%s is asked by the probe of the image (fault 49)', (_name, { healthcheck }) => {
  expect(healthcheck?.test).toEqual(['CMD', 'node', '/app/dist/probe.js', 'ready']);
});

it.each(Object.entries(services))(
  '%s has a health check, limits, a bounded log and a tag that names a version',
  (name, service) => {
    expect(service.healthcheck?.test[0]).toBe('CMD');
    expect(service).toMatchObject({
      mem_limit: expect.any(String),
      cpus: expect.any(Number),
      restart: name === ROLES ? 'no' : 'unless-stopped',
    });
    expect(service.logging?.options).toMatchObject({ 'max-size': expect.any(String), 'max-file': expect.any(String) });
    expect(service.image).toMatch(/^[\w./-]+:\d+(\.\d+)*(-\w+)?$/);
  },
);

it('PostgreSQL is 17 or newer, RabbitMQ is 4, and both keep their data in a volume', () => {
  const version = (name: string): number => Number(/:(\d+)/.exec(named(name).image)?.[1]);
  expect(version('postgres')).toBeGreaterThanOrEqual(17);
  expect(version('rabbitmq')).toBe(4);
  for (const name of SERVERS) {
    expect(named(name).volumes).toEqual([expect.stringMatching(new RegExp(`^${name}:/var/lib/`))]);
    expect(volumes).toHaveProperty(name);
  }
});

it('all pools together fit into the database', () => {
  const connections = hosts
    .map(([, service]) => service)
    .filter(({ environment }) => Object.keys(environment).some((variable) => variable.endsWith('DATABASE_URL')))
    .map((service) => configOf(service).values.DATABASE_POOL + 1);
  expect(connections.reduce((sum, one) => sum + one, 0)).toBeLessThan(DATABASE_CONNECTIONS);
});

it.each(Object.keys(SECRETS))('is refused without %s', (missing) => {
  const rest = Object.fromEntries(Object.entries(SECRETS).filter(([name]) => name !== missing));
  expect(() => readComposeFile(rest)).toThrow(new RequiredVariable(missing));
});

it('holds no secret itself', () => {
  const written = Object.values(services)
    .flatMap(({ environment }) => Object.entries(environment))
    .filter(([name]) => /PASSWORD|SECRET|TOKEN|PASS$/.test(name));
  const given = ['', ...Object.values(SECRETS)];
  for (const [, value] of written) expect(given).toContain(value);
});

// What Docker's own reader makes of the file is asked where it is; everything above holds without it.
if (composeIsHere()) {
  it('Docker Compose reads it like these tests', () => {
    const read = composeConfig(SECRETS).services;
    for (const [name, { image, environment }] of Object.entries(services))
      expect(read[name]).toEqual({ image, environment });
  });
}
