import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../config/parse-config.js';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { deriveKeys } from '../http/auth-keys.js';
import { newServiceKey } from '../identity/service-key.js';
import { tokenHeader } from '../identity/token-header.js';
import { SharedSecretMessages } from '../remote/shared-secret-messages.js';
import { UnprovedMessages } from '../remote/unproved-messages.js';
import { messageSigner } from './message-signer.js';

const app = application('app', [context('orders'), context('payments')]);
const [own, other] = [newServiceKey(), newServiceKey()];
const listed = `orders=${own.publicKey},gateway=${own.publicKey},payments=${other.publicKey}`;

function signer(env: Readonly<Record<string, string>>) {
  const counts = { unproved: new UnprovedMessages(), shared: new SharedSecretMessages() };
  const { config, violations } = parseConfig(app, {
    CONTEXTS: 'orders,gateway',
    TRANSPORT_URL: 'amqp://broker',
    DATABASE_URL: 'postgres://localhost/app',
    AUTH_SECRET: 's'.repeat(32),
    ...env,
  });
  expect(violations).toEqual([]);
  return { signer: messageSigner(config, deriveKeys('s'.repeat(32)), counts), counts };
}
const algorithmOf = (env: Readonly<Record<string, string>>, audience = 'payments') =>
  tokenHeader(signer(env).signer.sign({ service: 'orders', roles: [] }, audience, true).token)?.alg;

describe('who signs for a host', () => {
  it('is the secret of all hosts, or the key of its own as it was told', () => {
    const keys = { SERVICE_KEY: own.privateKey, SERVICE_PUBLIC_KEYS: listed };
    expect(algorithmOf({})).toBe('HS256');
    expect(algorithmOf(keys)).toBe('HS256');
    for (const SERVICE_IDENTITY of ['preferred', 'required'])
      for (const audience of ['payments', '*'])
        expect(algorithmOf({ ...keys, SERVICE_IDENTITY }, audience)).toBe('ES256');
    const some = {
      ...keys,
      SERVICE_PUBLIC_KEYS: listed.split(',').slice(0, 2).join(','),
      SERVICE_IDENTITY: 'preferred',
    };
    expect(['orders', 'payments', '*'].map((audience) => algorithmOf(some, audience))).toEqual([
      'ES256',
      'HS256',
      'HS256',
    ]);
  });

  it('counts what it believes under the secret of all hosts', () => {
    const { signer: tokens, counts } = signer({ SERVICE_KEY: own.privateKey, SERVICE_PUBLIC_KEYS: listed });
    const { token } = signer({}).signer.sign({ service: 'payments', roles: [] }, 'orders', false);
    tokens.verify(token, 'orders', false);
    expect([counts.shared.count, counts.unproved.count]).toEqual([1, 0]);
  });
});
