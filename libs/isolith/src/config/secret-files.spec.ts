import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { setting } from '../variables/setting.js';
import { type Environment, parseConfig } from './parse-config.js';

const SECRET = 'k'.repeat(40);
const POSTGRES = 'postgres://user:database-password@db:5432/shop';
const app = application('app', [context('orders'), context('payments')], {
  ADMIN_PASSWORD: setting('8 characters or more', z.string().min(8).optional(), { secret: true }),
  COLOUR: setting('a colour', z.string().default('red')),
  LICENCE_FILE: setting('a path', z.string().optional()),
  LICENCE: setting('a licence', z.string().optional(), { secret: true }),
});
const parse = (env: Environment) => parseConfig(app, env);

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'isolith-secret-files-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, String(Math.random()));
  writeFileSync(path, text);
  return path;
}

describe('a secret in a file', () => {
  it.each(['\n', '\r\n', '\n\n', ''])('is what stands there, without the line ends behind it (%j)', (end) => {
    const { config, violations } = parse({ AUTH_SECRET_FILE: file(`${SECRET}${end}`) });
    expect(violations).toEqual([]);
    expect(config.values.AUTH_SECRET).toBe(SECRET);
  });

  it('keeps its spaces: only the line ends are the editor’s', () => {
    expect(parse({ ADMIN_PASSWORD_FILE: file(' pass word \n') }).config.values.ADMIN_PASSWORD).toBe(' pass word ');
  });

  it('may be any that is declared, and those of single contexts', () => {
    const { config, violations } = parse({
      TRANSPORT_URL_FILE: file('amqp://broker\n'),
      DATABASE_URL_FILE: file(POSTGRES),
      ORDERS_DATABASE_URL_FILE: file(`${POSTGRES}_orders`),
      METRICS_TOKEN_FILE: file('token'),
      ADMIN_PASSWORD_FILE: file('password'),
    });
    expect(violations).toEqual([]);
    expect(config.values).toMatchObject({
      TRANSPORT_URL: 'amqp://broker',
      METRICS_TOKEN: 'token',
      ADMIN_PASSWORD: 'password',
    });
    expect(['orders', 'payments'].map((one) => config.databaseUrl(one))).toEqual([`${POSTGRES}_orders`, POSTGRES]);
  });

  it('does for a host that needs it', () => {
    const env = { CONTEXTS: 'orders,gateway', TRANSPORT_URL: 'amqp://broker', DATABASE_URL: POSTGRES };
    expect(parse({ ...env, AUTH_SECRET_FILE: file(SECRET) }).violations).toEqual([]);
  });

  it('is unset by an empty path, as every variable is', () => {
    const { config, violations } = parse({ AUTH_SECRET_FILE: '' });
    expect({ violations, secret: config.values.AUTH_SECRET }).toEqual({ violations: [], secret: undefined });
  });

  it('is none where the variable that ends so is declared itself', () => {
    const { config, violations } = parse({ LICENCE_FILE: '/nowhere' });
    expect(violations).toEqual([]);
    expect(config.values).toMatchObject({ LICENCE_FILE: '/nowhere' });
    expect(config.values).not.toHaveProperty('LICENCE');
  });
});

describe('refused, by the variable that was set', () => {
  /** All that is said, also of a host that needs the secret: it is not missing beside being wrong. */
  const refused = (env: Environment) =>
    parse({ CONTEXTS: 'gateway', TRANSPORT_URL: 'amqp://broker', ...env }).violations;

  it('is a file that is not there, and the path is not shown: it may be the secret itself', () => {
    expect(refused({ AUTH_SECRET_FILE: SECRET })).toEqual([
      "AUTH_SECRET_FILE: the file that it names can't be read (no such file or directory); expected the path of a file with AUTH_SECRET in it",
    ]);
  });

  it('is what is no file', () => {
    mkdirSync(join(folder, 'a-folder'));
    expect(refused({ AUTH_SECRET_FILE: join(folder, 'a-folder') })).toEqual([
      expect.stringMatching(/^AUTH_SECRET_FILE: the file that it names can't be read \(illegal operation on a dir/),
    ]);
  });

  it.each(['', '\n', '\r\n\n'])('is an empty file (%j)', (text) => {
    expect(refused({ AUTH_SECRET_FILE: file(text) })).toEqual([
      'AUTH_SECRET_FILE: the file that it names is empty; expected the path of a file with AUTH_SECRET in it',
    ]);
  });

  it('is a path that can be none', () => {
    expect(refused({ AUTH_SECRET_FILE: 'a\u0000b' })).toEqual([
      expect.stringMatching(/^AUTH_SECRET_FILE: .*TypeError/),
    ]);
  });

  it('is a secret that is given twice; neither counts', () => {
    const env = { AUTH_SECRET: SECRET, AUTH_SECRET_FILE: file('l'.repeat(40)) };
    expect(refused(env)).toEqual([
      'AUTH_SECRET_FILE: AUTH_SECRET is set, too, and nobody could tell which one counts; leave one of them out',
    ]);
    expect(parse(env).config.values.AUTH_SECRET).toBeUndefined();
    const wrong = { AUTH_SECRET: 'hunter2', ORDERS_DATABASE_URL: POSTGRES, DATABASE_URL: POSTGRES };
    const twice = { ...wrong, AUTH_SECRET_FILE: '/nowhere', ORDERS_DATABASE_URL_FILE: file(`${POSTGRES}_orders`) };
    const { config, violations } = parse(twice);
    expect(violations.map((violation) => violation.split(' is set, too', 1)[0])).toEqual([
      'AUTH_SECRET_FILE: AUTH_SECRET',
      'ORDERS_DATABASE_URL_FILE: ORDERS_DATABASE_URL',
    ]);
    expect(config.hasOwnDatabase('orders')).toBe(false);
  });

  it('is a wrong value, which is not shown', () => {
    expect(refused({ AUTH_SECRET_FILE: file('hunter2') })).toEqual([
      'AUTH_SECRET_FILE: expected at least 32 characters',
    ]);
    expect(refused({ AUTH_SECRET: SECRET, ORDERS_DATABASE_URL_FILE: file('hunter2') })).toEqual([
      'ORDERS_DATABASE_URL_FILE: expected a URL postgres://user:password@host:port/database',
    ]);
  });

  it('is a file for what is no secret', () => {
    const env = { LOG_LEVEL_FILE: '/level', COLOUR_FILE: '/colour' };
    expect(parse(env).violations).toEqual([
      'LOG_LEVEL_FILE: not a known variable, only secrets are read from files; set LOG_LEVEL',
      'COLOUR_FILE: not a known variable, only secrets are read from files; set COLOUR',
    ]);
  });

  it.each([
    ['AUTH_SECERT_FILE', 'AUTH_SECRET_FILE'],
    ['AUTH_SECRET_FIEL', 'AUTH_SECRET_FILE'],
    ['DATABSE_URL_FILE', 'DATABASE_URL_FILE'],
    ['ORDRES_DATABASE_URL_FILE', 'ORDERS_DATABASE_URL_FILE'],
  ])('is %s, a slip of %s', (name, meant) => {
    expect(parse({ [name]: '/path' }).violations).toEqual([`${name}: not a known variable; did you mean ${meant}?`]);
  });

  it('is nothing that belongs to others', () => {
    const others = {
      HOST_FILE: 'x',
      PORT_FILE: 'x',
      DATABASE_FILE: 'x',
      KEY_FILE: 'x',
      SSL_CERT_FILE: 'x',
      LOG_FILE: 'x',
    };
    expect(parse(others).violations).toEqual([]);
  });
});
