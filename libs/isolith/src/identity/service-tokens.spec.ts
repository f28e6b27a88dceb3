import { describe, expect, it } from '@jest/globals';
import { delegatePrincipal, UnauthenticatedError } from '@isolith/contracts';
import { UnjudgedTokenError } from '@isolith/message-bus';
import { JwtService } from '@nestjs/jwt';
import { newKey, publicHalf, tokensOf } from './spec-support/services.js';

const [orders, payments, users, stranger] = [newKey(), newKey(), newKey(), newKey()];
const listed = { orders: [orders], payments: [payments], users: [users], gateway: [users] };
const ofOrders = () => tokensOf({ own: orders }, listed);
const ofPayments = () => tokensOf({ own: payments }, listed);
const ofUsers = () => tokensOf({ own: users }, listed);
const asOrders = { service: 'orders', user: 'u-1', roles: ['customer'] };

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a token under the key of a service', () => {
  it('brings back who sent it, requests and events, and what is proved under it', () => {
    for (const lasting of [true, false]) {
      const signed = ofOrders().sign(asOrders, 'payments', lasting);
      const { token } = signed;
      const verified = ofPayments().verify(token, 'payments', lasting);
      expect(verified.principal).toEqual(asOrders);
      expect(verified.proves?.('head', 'text', signed.prove('head', 'text'))).toBe(true);
      expect(verified.proves?.('head', 'texts', signed.prove('head', 'text'))).toBe(false);
      expect(verified.proves?.('heads', 'text', signed.prove('head', 'text'))).toBe(false);
      // An event has no answer.
      const answer = verified.proveAnswer?.('head', 'text');
      expect(answer === undefined).toBe(lasting);
      expect(signed.provesAnswer?.('head', 'text', answer ?? '')).toBe(lasting ? undefined : true);
    }
  });

  it('of a delegate is one of a delegate, and never taken for its service', () => {
    const delegate = delegatePrincipal('orders', asOrders);
    const sender = ofOrders();
    const reader = ofPayments();
    const asService = sender.sign(asOrders, 'payments', false).token;
    const asDelegate = sender.sign(delegate, 'payments', false).token;
    expect(reader.verify(asDelegate, 'payments', false).principal).toEqual(delegate);
    expect(reader.verify(asService, 'payments', false).principal).toEqual(asOrders);
    expect(new JwtService().decode(asDelegate)).toHaveProperty('aud', 'isolith:delegates:payments');
  });

  it('is of no use to a service that signs for another', () => {
    const forged = ofUsers().sign({ service: 'orders', roles: [] }, 'payments', false).token;
    const refused = thrownBy(() => ofPayments().verify(forged, 'payments', false));
    expect(refused).toBeInstanceOf(UnauthenticatedError);
    expect(refused).toHaveProperty(
      'message',
      "the message token for orders was signed with another service's key, of users, gateway",
    );
    // An event of another context, and what only all hosts hear.
    for (const [service, audience] of [
      ['orders', 'payments'],
      ['isolith', 'payments'],
      ['orders', '*'],
    ] as const) {
      const event = ofUsers().sign({ service, roles: [] }, audience, true).token;
      expect(() => ofPayments().verify(event, audience, true)).toThrow("another service's key");
    }
  });

  it('may be of the edge of any host, and tell all hosts of its own', () => {
    const edge = ofPayments().sign({ service: 'gateway', user: 'root', roles: ['admin'] }, 'orders', false).token;
    expect(ofOrders().verify(edge, 'orders', false).principal.service).toBe('gateway');
    const told = ofPayments().sign({ service: 'isolith', roles: [] }, '*', true).token;
    expect(ofOrders().verify(told, '*', true).principal.service).toBe('isolith');
  });

  it.each([
    ['for another context', () => ofOrders().sign(asOrders, 'users', false).token],
    ['of an event', () => ofOrders().sign(asOrders, 'payments', true).token],
    [
      'whose claims were changed',
      () => {
        const [head, claims = '', signature] = ofOrders().sign(asOrders, 'payments', false).token.split('.');
        const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), roles: ['admin'] };
        return [head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
      },
    ],
    [
      'that says it is of a key that did not sign it',
      () =>
        new JwtService({ privateKey: stranger.privateKey }).sign(asOrders, {
          algorithm: 'ES256',
          keyid: orders.id,
          issuer: 'isolith',
          audience: 'isolith:requests:payments',
        }),
    ],
    [
      'that takes a public key for a secret that is shared',
      () =>
        new JwtService({ secret: publicHalf(orders).key.export({ type: 'spki', format: 'der' }) }).sign(asOrders, {
          algorithm: 'HS256',
          keyid: orders.id,
          issuer: 'isolith',
          audience: 'isolith:requests:payments',
        }),
    ],
    ['that is cut short', () => ofOrders().sign(asOrders, 'payments', false).token.slice(0, -20)],
    ['that is none', () => 'nonsense'],
    [
      'that names no key',
      () => new JwtService({ privateKey: orders.privateKey }).sign(asOrders, { algorithm: 'ES256', issuer: 'isolith' }),
    ],
  ])('%s is refused', (_, token) => {
    expect(() => ofPayments().verify(token(), 'payments', false)).toThrow(UnauthenticatedError);
  });

  it('of a key that is not listed is not judged: it may be this host that was not told of it (fault 1)', () => {
    const unlisted = tokensOf({ own: stranger }, listed).sign(asOrders, 'payments', false).token;
    const tokens = ofPayments();
    const unjudged = () => thrownBy(() => tokens.verify(unlisted, 'payments', false));
    expect(unjudged()).toBeInstanceOf(UnjudgedTokenError);
    expect(unjudged()).toMatchObject({ lack: 'key', proven: false, message: expect.stringContaining(stranger.id) });
    tokens.verify(ofOrders().sign(asOrders, 'payments', false).token, 'payments', false);
    expect(unjudged()).toMatchObject({ proven: true });
  });

  it('is used again for a while, then signed anew', () => {
    const tokens = ofOrders();
    const { token } = tokens.sign(asOrders, 'payments', false);
    expect(tokens.sign({ ...asOrders }, 'payments', false).token).toBe(token);
    expect(tokens.sign({ ...asOrders, roles: ['admin'] }, 'payments', false).token).not.toBe(token);
  });

  it('numbers what it sends under its key: no other service uses up its numbers', () => {
    const { token } = ofOrders().sign(asOrders, 'payments', false);
    const { host } = new JwtService().decode<{ host: string }>(token);
    // As a service that has seen it, and names the same process.
    const copied = new JwtService({ privateKey: users.privateKey }).sign(
      { service: 'users', roles: [], host },
      { algorithm: 'ES256', keyid: users.id, issuer: 'isolith', audience: 'isolith:requests:payments' },
    );
    const tokens = ofPayments();
    expect(tokens.verify(token, 'payments', false).host).not.toBe(tokens.verify(copied, 'payments', false).host);
  });
});

describe('what is proved', () => {
  it('for one reader is nothing to another, and no reader makes it in the name of a sender', () => {
    const signed = ofOrders().sign({ service: 'orders', roles: [] }, '*', true);
    const { token } = signed;
    const proof = signed.prove('head', 'text');
    // One for each key that is listed: the gateway runs where users do.
    expect(proof).toHaveLength(3 * 28);
    for (const reader of [ofPayments(), ofUsers(), ofOrders()])
      expect(reader.verify(token, '*', true).proves?.('head', 'text', proof)).toBe(true);
    const entries = [0, 28, 56].map((at) => proof.slice(at, at + 28));
    const to = (id: string) => entries.find((entry) => entry.startsWith(id.slice(0, 6))) ?? '';
    // The code that users can make, under the name of the reader that is to be deceived.
    const moved = payments.id.slice(0, 6) + to(users.id).slice(6);
    expect(ofPayments().verify(token, '*', true).proves?.('head', 'text', moved)).toBe(false);
    // What users prove themselves under the token that they have seen.
    const own = ofUsers().sign({ service: 'users', roles: [] }, 'payments', true).prove('head', 'text');
    expect(ofPayments().verify(token, '*', true).proves?.('head', 'text', own)).toBe(false);
  });

  it('to a context whose key is being changed is proved for both keys, and opened with the one of before', () => {
    const fresh = newKey();
    const both = { ...listed, payments: [payments, fresh] };
    const signed = tokensOf({ own: orders }, both).sign(asOrders, 'payments', false);
    const { token } = signed;
    const proof = signed.prove('head', 'text');
    for (const reader of [
      tokensOf({ own: payments }, both),
      tokensOf({ own: fresh }, both),
      tokensOf({ own: fresh, previous: payments }, both),
    ])
      expect(reader.verify(token, 'payments', false).proves?.('head', 'text', proof)).toBe(true);
    const before = ofOrders().sign(asOrders, 'payments', false);
    const changed = tokensOf({ own: fresh, previous: payments }, both).verify(before.token, 'payments', false);
    expect(changed.proves?.('head', 'text', before.prove('head', 'text'))).toBe(true);
  });

  it('for a key that is not here is not judged: another replica may have it', () => {
    const fresh = newKey();
    const changed = { ...listed, payments: [fresh] };
    const signed = tokensOf({ own: orders }, changed).sign(asOrders, 'payments', false);
    const { token } = signed;
    const reader = ofPayments();
    const unjudged = () =>
      thrownBy(() => reader.verify(token, 'payments', false).proves?.('head', 'text', signed.prove('head', 'text')));
    expect(unjudged()).toBeInstanceOf(UnjudgedTokenError);
    expect(unjudged()).toMatchObject({ lack: 'key', proven: false });
    const good = ofOrders().sign(asOrders, 'payments', false);
    reader.verify(good.token, 'payments', false).proves?.('head', 'text', good.prove('head', 'text'));
    expect(unjudged()).toMatchObject({ proven: true });
  });

  it('reaches who is listed, and all only where each context is', () => {
    const some = tokensOf({ own: orders }, { orders: [orders], payments: [payments] }, ['orders', 'payments', 'users']);
    expect(['payments', 'users', '*'].map((audience) => some.reaches(audience))).toEqual([true, false, false]);
    expect(ofOrders().reaches('*')).toBe(true);
  });
});
