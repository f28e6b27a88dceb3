import { describe, expect, it } from '@jest/globals';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { newServiceKey, readServiceKey } from '../identity/service-key.js';
import { parseConfig } from './parse-config.js';

const app = application('app', [context('users'), context('orders')]);
const violationsOf = (env: Readonly<Record<string, string>>) => parseConfig(app, env).violations;
const [one, two] = [newServiceKey(), newServiceKey()];
const id = readServiceKey(one.privateKey)?.id;
const listed = (key: string) => `orders=${key},users=${key},gateway=${key}`;
const right = { SERVICE_KEY: one.privateKey, SERVICE_PUBLIC_KEYS: listed(one.publicKey) };

describe('the keys of services', () => {
  it('are a private one, and the public ones of all that it runs, and are asked for only together', () => {
    expect(violationsOf({})).toEqual([]);
    expect(violationsOf(right)).toEqual([]);
    expect(violationsOf({ ...right, SERVICE_IDENTITY: 'required', SERVICE_KEY_PREVIOUS: two.privateKey })).toEqual([]);
    expect(violationsOf({ SERVICE_KEY: one.privateKey })).toEqual([
      'SERVICE_PUBLIC_KEYS: required, because SERVICE_KEY is set',
    ]);
    expect(violationsOf({ SERVICE_PUBLIC_KEYS: listed(one.publicKey) })).toEqual([
      'SERVICE_KEY: required, because SERVICE_PUBLIC_KEYS is set',
    ]);
    expect(violationsOf({ SERVICE_KEY_PREVIOUS: one.privateKey })).toEqual([
      'SERVICE_KEY: required, because SERVICE_KEY_PREVIOUS is set',
      'SERVICE_PUBLIC_KEYS: required, because SERVICE_KEY_PREVIOUS is set',
    ]);
    expect(violationsOf({ SERVICE_IDENTITY: 'preferred' })).toEqual([
      'SERVICE_KEY: required, because SERVICE_IDENTITY=preferred is set',
      'SERVICE_PUBLIC_KEYS: required, because SERVICE_IDENTITY=preferred is set',
    ]);
  });

  it('that are none are named, and not shown where they are secret', () => {
    for (const name of ['SERVICE_KEY', 'SERVICE_KEY_PREVIOUS']) {
      const [violation = '', ...others] = violationsOf({ ...right, [name]: 'hunter2' });
      expect(violation).toMatch(new RegExp(`^${name}: expected a P-256 private key`));
      expect([violation.includes('hunter2'), others]).toEqual([false, []]);
    }
    expect(violationsOf({ ...right, SERVICE_PUBLIC_KEYS: `${listed(one.publicKey)},x` })).toEqual([
      expect.stringMatching(/^SERVICE_PUBLIC_KEYS: expected .*; part 4 of 4 names no context before a =$/),
    ]);
    expect(violationsOf({ ...right, SERVICE_IDENTITY: 'yes' })).toEqual([
      expect.stringMatching(/^SERVICE_IDENTITY: expected accepted, .*, got "yes"$/),
    ]);
  });

  it('name the context that nobody has, or that another service has', () => {
    const ordres = `${listed(one.publicKey)},ordres=${two.publicKey},billing=${two.publicKey}`;
    expect(violationsOf({ ...right, SERVICE_PUBLIC_KEYS: ordres })).toEqual([
      'SERVICE_PUBLIC_KEYS: "ordres" is not a context; did you mean "orders"?',
      'SERVICE_PUBLIC_KEYS: "billing" is not a context; known are users, orders, gateway',
    ]);
    const other = `orders=${two.publicKey},users=${one.publicKey},gateway=${two.publicKey} ${one.publicKey}`;
    expect(violationsOf({ ...right, SERVICE_PUBLIC_KEYS: other })).toEqual([
      `SERVICE_PUBLIC_KEYS: orders runs here, and is not listed with the key that belongs to SERVICE_KEY (${id})`,
    ]);
  });

  it('are those of all contexts where nothing else is believed', () => {
    const split = {
      CONTEXTS: 'orders',
      TRANSPORT_URL: 'amqp://broker',
      DATABASE_URL: 'postgres://localhost/app',
      AUTH_SECRET: 's'.repeat(32),
      SERVICE_KEY: one.privateKey,
      SERVICE_PUBLIC_KEYS: `orders=${one.publicKey},users=${two.publicKey}`,
    };
    expect(violationsOf({ ...split, SERVICE_IDENTITY: 'preferred' })).toEqual([]);
    expect(violationsOf({ ...split, SERVICE_IDENTITY: 'required' })).toEqual([
      'SERVICE_PUBLIC_KEYS: gateway is not listed, and SERVICE_IDENTITY=required believes nobody else',
    ]);
  });
});
