import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { delegatePrincipal, principalSchema, UnauthenticatedError } from '@isolith/contracts';
import { UnjudgedTokenError } from '@isolith/message-bus';
import { JwtService } from '@nestjs/jwt';
import { z } from 'zod';
import { deriveKeys, type KeySource } from '../http/auth-keys.js';
import { AccessTokens } from '../http/tokens.js';
import { UnprovedMessages } from '../remote/unproved-messages.js';
import { MessageTokens } from './message-tokens.js';

const keys = deriveKeys('a secret that is long enough for this');
const principal = { service: 'orders', user: 'u-1', roles: ['customer'] };

/** The same token with other claims: signed with a key that is known, and wrong. */
function tampered(token: string): string {
  const [header, claims = '', signature] = token.split('.');
  const changed = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), roles: ['admin'] };
  return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
}

const thrownBy = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('a message token', () => {
  it('brings back who sent it, on a host of its own', () => {
    expect(
      new MessageTokens(keys).verify(
        new MessageTokens(keys).sign(principal, 'payments', false).token,
        'payments',
        false,
      ).principal,
    ).toEqual(principal);
  });

  it('of a delegate is one of a delegate on every host, and never taken for its service', () => {
    const delegate = delegatePrincipal('orders', principal);
    const tokens = new MessageTokens(keys);
    const asService = tokens.sign(principal, 'payments', false).token;
    const asDelegate = tokens.sign(delegate, 'payments', false).token;
    for (const host of [tokens, new MessageTokens(keys)]) {
      expect(host.verify(asDelegate, 'payments', false).principal).toEqual(delegate);
      expect(host.verify(asService, 'payments', false).principal).toEqual(principal);
    }
    // What a release that knows of no delegates verifies a request for.
    const audience = 'isolith:requests:payments';
    const older = new JwtService({ secret: keys.key('message token') });
    expect(older.verify(asService, { audience })).toMatchObject(principal);
    expect(() => older.verify(asDelegate, { audience })).toThrow('jwt audience invalid');
  });

  it.each([
    ['for another context', () => new MessageTokens(keys).sign(principal, 'users', false).token],
    ['of an event', () => new MessageTokens(keys).sign(principal, 'payments', true).token],
    ['that is none', () => 'nonsense'],
    [
      'without a signature',
      () =>
        `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${Buffer.from(JSON.stringify(principal)).toString('base64url')}.`,
    ],
    ['whose claims were changed', () => tampered(new MessageTokens(keys).sign(principal, 'payments', false).token)],
    [
      'of a delegate, for a service',
      () =>
        new JwtService({ secret: keys.key('message token') }).sign(
          { ...principal, delegate: true },
          { algorithm: 'HS256', issuer: 'isolith', audience: 'isolith:requests:payments' },
        ),
    ],
    [
      'of a service, for delegates',
      () =>
        new JwtService({ secret: keys.key('message token') }).sign(principal, {
          algorithm: 'HS256',
          issuer: 'isolith',
          audience: 'isolith:delegates:payments',
        }),
    ],
    [
      'whose claims are no principal',
      () =>
        new JwtService({ secret: keys.key('message token') }).sign(
          { user: 7 },
          { algorithm: 'HS256', issuer: 'isolith', audience: 'isolith:requests:payments' },
        ),
    ],
  ])('%s is refused', (_, token) => {
    expect(() => new MessageTokens(keys).verify(token(), 'payments', false)).toThrow(UnauthenticatedError);
  });

  it('counts while the secret is being changed, requests and events', () => {
    const [old, fresh] = ['the secret of until now, long enough', 'the secret of from now on, long enough'];
    const prepared = new MessageTokens(deriveKeys(old, { next: fresh }));
    const changed = new MessageTokens(deriveKeys(fresh, { previous: old }));
    for (const lasting of [true, false]) {
      for (const [sender, receiver] of [
        [changed, prepared],
        [prepared, changed],
      ] as const) {
        const signed = sender.sign(principal, 'payments', lasting);
        const verified = receiver.verify(signed.token, 'payments', lasting);
        expect(verified.principal).toEqual(principal);
        expect(verified.proves?.('head', 'text', signed.prove('head', 'text'))).toBe(true);
      }
      const forged = tampered(prepared.sign(principal, 'payments', lasting).token);
      expect(() => changed.verify(forged, 'payments', lasting)).toThrow(UnauthenticatedError);
    }
    const gone = new MessageTokens(deriveKeys(fresh));
    const thrown = thrownBy(() => gone.verify(prepared.sign(principal, 'payments', true).token, 'payments', true));
    expect(thrown).toBeInstanceOf(UnjudgedTokenError);
  });

  const others = deriveKeys('another secret, as long as the first');
  const withoutKeyId = (secret: KeySource) =>
    new JwtService({ secret: secret.key('message token') }).sign(
      { ...principal },
      { algorithm: 'HS256', issuer: 'isolith', audience: 'isolith:requests:payments' },
    );

  it.each([['of another secret', () => new MessageTokens(others).sign(principal, 'payments', false).token]])(
    '%s is not judged: it may be this host that has the wrong one (fault 1)',
    (_, token) => {
      const tokens = new MessageTokens(keys);
      const unjudged = () => thrownBy(() => tokens.verify(token(), 'payments', false));
      expect(unjudged()).toBeInstanceOf(UnjudgedTokenError);
      expect(unjudged()).toMatchObject({ lack: 'key', proven: false });
      // What it signed itself proves nothing.
      tokens.verify(tokens.sign(principal, 'payments', false).token, 'payments', false);
      expect(unjudged()).toMatchObject({ proven: false });
      tokens.verify(new MessageTokens(keys).sign(principal, 'payments', false).token, 'payments', false);
      expect(unjudged()).toMatchObject({ proven: true });
      // One of the release before, which names neither host nor key, is as good.
      const before = new MessageTokens(keys);
      before.verify(withoutKeyId(keys), 'payments', false);
      expect(thrownBy(() => before.verify(token(), 'payments', false))).toMatchObject({ proven: true });
    },
  );

  it.each([
    ['of another secret, which names no key', () => withoutKeyId(others)],
    ['that is an access token', () => new AccessTokens(keys).issue({ user: 'u-1', roles: ['admin'], session: 's' })],
  ])('%s was signed by no host, and is refused: it must not hold up a host that is alone', (_, token) => {
    expect(thrownBy(() => new MessageTokens(keys).verify(token(), 'payments', false))).toBeInstanceOf(
      UnauthenticatedError,
    );
  });

  it('says of its key no more than a name that nobody can turn back, and of a foreign one no more than is safe to log', () => {
    const { header } = new JwtService().decode<{ header: { kid: string } }>(
      new MessageTokens(keys).sign(principal, 'payments', false).token,
      { complete: true },
    );
    expect(header.kid).toMatch(/^[\w-]{12}$/);
    const odd = new JwtService({ secret: others.key('message token') }).sign({}, { keyid: '\n<forged log line>' });
    expect(thrownBy(() => new MessageTokens(keys).verify(odd, 'payments', false))).toHaveProperty(
      'message',
      expect.not.stringContaining('forged'),
    );
  });

  describe('between clocks that are apart (fault 8)', () => {
    afterEach(() => void jest.useRealTimers());
    const signedAt = (apartMs: number) => {
      jest.useFakeTimers({ now: Date.now() + apartMs, doNotFake: ['performance'] });
      const token = new MessageTokens(keys).sign(principal, 'payments', false).token;
      jest.useRealTimers();
      return token;
    };

    it.each([15_000, -15_000, 3_600_000, -3_600_000])('by %i ms is valid', (apartMs) => {
      expect(new MessageTokens(keys).verify(signedAt(apartMs), 'payments', false).principal).toEqual(principal);
    });

    it('by so much that it has expired is not judged', () => {
      const tokens = new MessageTokens(keys);
      const unjudged = () => thrownBy(() => tokens.verify(signedAt(-3 * 3_600_000), 'payments', false));
      expect(unjudged()).toMatchObject({ lack: 'time', proven: false });
      tokens.verify(new MessageTokens(keys).sign(principal, 'payments', false).token, 'payments', false);
      expect(unjudged()).toMatchObject({ lack: 'time', proven: true });
    });
  });

  it('of an event has no expiry, one of a request has', () => {
    const claims = (lasting: boolean) =>
      new JwtService().decode(new MessageTokens(keys).sign(principal, 'payments', lasting).token);
    expect(claims(true)).not.toHaveProperty('exp');
    expect(claims(false)).toHaveProperty('exp');
  });

  it('is used again for a while, then signed anew', () => {
    let now = 0;
    const tokens = new MessageTokens(keys, { now: () => now });
    const first = tokens.sign(principal, 'payments', false).token;
    expect(tokens.sign({ ...principal }, 'payments', false).token).toBe(first);
    expect(tokens.sign({ ...principal, roles: ['admin'] }, 'payments', false).token).not.toBe(first);
    now += 61_000;
    tokens.sign(principal, 'payments', false);
    expect(tokens.verify(first, 'payments', false).principal).toEqual(principal);
  });

  describe('and the messages under it', () => {
    const read = ({ token }: { readonly token: string }) => new MessageTokens(keys).verify(token, 'payments', false);

    it('are each proved: what is proved under one token is proved under no other (fault 24)', () => {
      const mine = new MessageTokens(keys).sign(principal, 'payments', false);
      const admins = new MessageTokens(keys).sign({ ...principal, roles: ['admin'] }, 'payments', false);
      const mac = mine.prove('head', 'a text');
      expect(read(mine).proves?.('head', 'a text', mac)).toBe(true);
      expect(read(mine).proves?.('head', 'another text', mac)).toBe(false);
      expect(read(admins).proves?.('head', 'a text', mac)).toBe(false);
    });

    it('of a host of the release before have no proof: they are believed and counted, or refused where proofs are required', () => {
      const before = withoutKeyId(keys);
      const unproved = new UnprovedMessages();
      const tokens = new MessageTokens(keys, { noteUnproved: unproved.note });
      expect(tokens.verify(before, 'payments', false)).toEqual({ principal, host: '' });
      tokens.verify(before, 'payments', false);
      tokens.verify(tokens.sign(principal, 'payments', false).token, 'payments', false);
      expect(unproved.count).toBe(2);
      const strict = new MessageTokens(keys, { proofsRequired: true });
      expect(() => strict.verify(before, 'payments', false)).toThrow(UnauthenticatedError);
    });

    it('can be read by the release before, which knows of no proof', () => {
      const claims = new JwtService({ secret: keys.key('message token') }).verify<object>(
        new MessageTokens(keys).sign(principal, 'payments', false).token,
        { issuer: 'isolith', audience: 'isolith:requests:payments', algorithms: ['HS256'] },
      );
      // As its schema reads them.
      expect(principalSchema.extend({ host: z.string().optional() }).parse(claims)).toMatchObject(principal);
    });
  });
});
