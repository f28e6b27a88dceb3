import { describe, expect, it } from '@jest/globals';
import { UnauthenticatedError } from '@isolith/contracts';
import { JwtService } from '@nestjs/jwt';
import { deriveKeys } from '../http/auth-keys.js';
import { AccessTokens } from '../http/tokens.js';
import { MessageTokens } from './message-tokens.js';

const keys = deriveKeys('a secret that is long enough for this');
const principal = { service: 'orders', user: 'u-1', roles: ['customer'] };

describe('a message token', () => {
  it('brings back who sent it, on a host of its own', () => {
    expect(
      new MessageTokens(keys).verify(new MessageTokens(keys).sign(principal, 'payments', false), 'payments', false),
    ).toEqual(principal);
  });

  it.each([
    ['for another context', () => new MessageTokens(keys).sign(principal, 'users', false)],
    [
      'of another secret',
      () => new MessageTokens(deriveKeys('another secret, as long as the first')).sign(principal, 'payments', false),
    ],
    ['of an event', () => new MessageTokens(keys).sign(principal, 'payments', true)],
    ['that is an access token', () => new AccessTokens(keys).issue({ user: 'u-1', roles: ['admin'], session: 's' })],
    ['that is none', () => 'nonsense'],
    [
      'without a signature',
      () =>
        `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${Buffer.from(JSON.stringify(principal)).toString('base64url')}.`,
    ],
    [
      'that has expired',
      () =>
        new JwtService({ secret: keys.key('message token') }).sign(
          { ...principal, iat: 1_000_000_000 },
          { algorithm: 'HS256', issuer: 'isolith', audience: 'isolith:requests:payments', expiresIn: 300 },
        ),
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

  it('of an event has no expiry, one of a request has', () => {
    const claims = (lasting: boolean) =>
      new JwtService().decode(new MessageTokens(keys).sign(principal, 'payments', lasting));
    expect(claims(true)).not.toHaveProperty('exp');
    expect(claims(false)).toHaveProperty('exp');
  });

  it('is used again for a while, then signed anew', () => {
    let now = Date.now();
    const tokens = new MessageTokens(keys, () => now);
    const first = tokens.sign(principal, 'payments', false);
    expect(tokens.sign({ ...principal }, 'payments', false)).toBe(first);
    expect(tokens.sign({ ...principal, roles: ['admin'] }, 'payments', false)).not.toBe(first);
    now += 61_000;
    tokens.sign(principal, 'payments', false);
    expect(tokens.verify(first, 'payments', false)).toEqual(principal);
  });
});
