import { describe, expect, it } from '@jest/globals';
import { UnauthenticatedError } from '@isolith/contracts';
import { UnjudgedTokenError } from '@isolith/message-bus';
import fc from 'fast-check';
import { deriveKeys } from '../http/auth-keys.js';
import { newKey, tokensOf } from '../identity/spec-support/services.js';
import { HostTokens, type ServiceIdentity } from './host-tokens.js';
import { MessageTokens } from './message-tokens.js';

const shared = () => new MessageTokens(deriveKeys('a secret that is long enough for this'));
const [orders, payments] = [newKey(), newKey()];
const listed = { orders: [orders], payments: [payments] };
const asOrders = { service: 'orders', roles: [] };
const algorithm = (token: string) => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).alg;

function host(own: typeof orders, identity: ServiceIdentity, known: Parameters<typeof tokensOf>[1] = listed) {
  let believed = 0;
  const tokens = new HostTokens(shared(), tokensOf({ own }, known, ['orders', 'payments']), {
    identity,
    noteShared: () => (believed += 1),
  });
  return { tokens, believed: () => believed };
}

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('tokens of a host that has a key of its own', () => {
  it.each([
    ['accepted', 'HS256'],
    ['preferred', 'ES256'],
    ['required', 'ES256'],
  ] as const)('are, where keys are %s, %s', (identity, expected) => {
    const { tokens } = host(orders, identity);
    expect(algorithm(tokens.sign(asOrders, 'payments', false).token)).toBe(expected);
    // Where somebody who would have to read it is not listed it is under the secret of all.
    const { tokens: few } = host(orders, identity, { orders: [orders] });
    expect(algorithm(few.sign(asOrders, 'payments', false).token)).toBe('HS256');
    expect(algorithm(few.sign(asOrders, '*', true).token)).toBe('HS256');
  });

  it('come from hosts before and after they were told to use their keys, and those of before are counted', () => {
    for (const [sender, receiver] of [
      ['accepted', 'preferred'],
      ['preferred', 'accepted'],
      ['preferred', 'required'],
      ['required', 'accepted'],
    ] as const) {
      const signed = host(orders, sender).tokens.sign(asOrders, 'payments', false);
      const { tokens, believed } = host(payments, receiver);
      for (let nth = 1; nth <= 2; nth += 1) {
        const verified = tokens.verify(signed.token, 'payments', false);
        expect(verified.principal).toEqual(asOrders);
        expect(verified.proves?.('head', 'text', signed.prove('head', 'text'))).toBe(true);
        expect(believed()).toBe(sender === 'accepted' ? nth : 0);
      }
    }
  });

  it('under the secret of all are refused where keys are required, and no caller takes that for the end of it', () => {
    const { token } = shared().sign(asOrders, 'payments', false);
    const { tokens, believed } = host(payments, 'required');
    const refused = thrownBy(() => tokens.verify(token, 'payments', false));
    expect(refused).toBeInstanceOf(UnjudgedTokenError);
    expect(refused).toMatchObject({ lack: 'key', proven: true });
    expect(believed()).toBe(0);
  });

  it('that are none are refused and not counted as believed', () => {
    const { tokens, believed } = host(payments, 'preferred');
    for (const token of ['nonsense', 'a.b.c', `${Buffer.from('7').toString('base64url')}.x.y`])
      expect(() => tokens.verify(token, 'payments', false)).toThrow(UnauthenticatedError);
    expect(believed()).toBe(0);
  });

  it('are refused or not judged, whatever stands in them: nothing else stops a lane', () => {
    const segment = (value: unknown) =>
      Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
    const head = fc.record(
      {
        alg: fc.constantFrom('ES256', 'HS256', 'none', 7, null),
        typ: fc.constantFrom('JWT', 'other', 1),
        kid: fc.oneof(fc.constantFrom(orders.id, payments.id), fc.string(), fc.integer()),
      },
      { requiredKeys: [] },
    );
    const any = fc.oneof(fc.string(), fc.jsonValue());
    const parts = fc.tuple(fc.oneof({ weight: 4, arbitrary: head }, any), any, any);
    const token = fc.oneof(
      parts.map((all) => all.map(segment).join('.')),
      fc.string(),
    );
    for (const identity of ['accepted', 'required'] as const) {
      const { tokens } = host(payments, identity);
      fc.assert(
        fc.property(token, (forged) => {
          const error = thrownBy(() => tokens.verify(forged, 'payments', false));
          expect(error instanceof UnauthenticatedError || error instanceof UnjudgedTokenError).toBe(true);
        }),
        { numRuns: 2_000 },
      );
    }
  });

  it('are not judged by a host that was told of no keys (fault 1)', () => {
    const { token } = host(orders, 'preferred').tokens.sign(asOrders, 'payments', false);
    const before = shared();
    const unjudged = () => thrownBy(() => before.verify(token, 'payments', false));
    expect(unjudged()).toBeInstanceOf(UnjudgedTokenError);
    expect(unjudged()).toMatchObject({ lack: 'key', proven: false });
    before.verify(shared().sign(asOrders, 'payments', false).token, 'payments', false);
    expect(unjudged()).toMatchObject({ proven: true });
  });
});
