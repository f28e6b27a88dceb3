import { parseEnv } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../config/parse-config.js';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { makeServiceKey } from './make-service-key.js';

const app = application('app', [context('users'), context('orders')]);

function made(...words: string[]): { readonly code: number; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const code = makeServiceKey({ application: app, words, say: (line) => lines.push(line) });
  return { code, lines };
}

describe('a key that is made', () => {
  it('is what a host takes from its environment, another one each time', () => {
    const { code, lines } = made('users', 'orders', 'gateway', 'orders');
    const env = parseEnv(lines.join('\n'));
    expect([code, Object.keys(env)]).toEqual([0, ['SERVICE_KEY', 'SERVICE_PUBLIC_KEYS']]);
    expect(parseConfig(app, { ...env, SERVICE_IDENTITY: 'required' }).violations).toEqual([]);
    expect(made('users').lines).not.toEqual(made('users').lines);
  });

  it('is for contexts that there are', () => {
    expect(made()).toEqual({
      code: 1,
      lines: ['--service-key: expected contexts behind it, those that the hosts with the key run'],
    });
    expect(made('users', 'ordres')).toEqual({
      code: 1,
      lines: ['--service-key: "ordres" is not a context; did you mean "orders"?'],
    });
  });
});
