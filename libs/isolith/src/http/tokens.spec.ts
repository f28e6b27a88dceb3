import { createHmac } from 'node:crypto';
import { describe, expect, it, jest } from '@jest/globals';
import { UnauthenticatedError } from '@isolith/contracts';
import { JwtService } from '@nestjs/jwt';
import { deriveKeys, keyedDigest, keyIdOf } from './auth-keys.js';
import { AccessTokens, RefreshTokens } from './tokens.js';

const keys = deriveKeys('a secret that is long enough for everyone');
const access = new AccessTokens(keys);
const refresh = new RefreshTokens(keys);
const claims = { user: 'u-1', roles: ['customer'], session: 's-1' };
const right = { sub: 'u-1', roles: [], sid: 's-1' };
const now = () => Math.floor(Date.now() / 1_000);

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token with any header and payload, signed with the right key. */
const forge = (header: object, payload: object, hash = 'sha256'): string => {
  const signed = `${part(header)}.${part(payload)}`;
  return `${signed}.${createHmac(hash, keys.key('access token')).update(signed).digest('base64url')}`;
};
const valid = { ...right, iss: 'isolith', aud: 'isolith:access-token', iat: now(), exp: now() + 60 };
const hs256 = { alg: 'HS256', typ: 'JWT' };
const refusedWith = (token: string): string => {
  try {
    access.verify(token);
  } catch (error) {
    expect(error).toBeInstanceOf(UnauthenticatedError);
    return error instanceof Error ? error.message : '';
  }
  return 'accepted';
};

describe('an access token', () => {
  it('says who, with which roles, in which session', () => {
    expect(access.verify(access.issue(claims))).toEqual(claims);
    expect(access.verify(forge(hs256, valid))).toEqual({ user: 'u-1', roles: [], session: 's-1' });
  });

  it('lasts fifteen minutes', () => {
    const decoded: unknown = new JwtService().decode(access.issue(claims));
    expect(decoded).toEqual({
      sub: 'u-1',
      roles: ['customer'],
      sid: 's-1',
      iss: 'isolith',
      aud: 'isolith:access-token',
      iat: expect.any(Number),
      exp: expect.any(Number),
    });
    expect(Math.abs(Reflect.get(Object(decoded), 'exp') - now() - access.lifetimeSeconds)).toBeLessThanOrEqual(1);
  });

  it.each([
    ['expired', forge(hs256, { ...valid, exp: now() - 31 }), 'the access token has expired'],
    ['of another audience', forge(hs256, { ...valid, aud: 'isolith:refresh-token' }), 'the access token is not valid'],
    ['of another issuer', forge(hs256, { ...valid, iss: 'somebody' }), 'the access token is not valid'],
    [
      'without claims',
      forge(hs256, { iss: 'isolith', aud: 'isolith:access-token', exp: now() + 60 }),
      'the access token is not valid',
    ],
    ['with alg none', `${part({ alg: 'none' })}.${part(valid)}.`, 'the access token is not valid'],
    ['with another alg', forge({ alg: 'HS512', typ: 'JWT' }, valid, 'sha512'), 'the access token is not valid'],
    [
      'signed with another secret',
      new AccessTokens(deriveKeys('another secret that is long enough too')).issue(claims),
      'the access token is not valid',
    ],
    ['not a token', 'a.b.c', 'the access token is not valid'],
    ['empty', '', 'the access token is not valid'],
    ['a refresh token', refresh.issue({ session: 's-1', generation: 0 }), 'the access token is not valid'],
  ])('that is %s is refused', (_, token, reason) => {
    expect(refusedWith(token)).toBe(reason);
  });

  it('is verified once, and again when it has expired', () => {
    let ahead = 0;
    const tokens = new AccessTokens(keys, () => Date.now() + ahead);
    const token = tokens.issue(claims);
    const verify = jest.spyOn(JwtService.prototype, 'verify');
    expect([tokens.verify(token), tokens.verify(token)]).toEqual([claims, claims]);
    expect(verify).toHaveBeenCalledTimes(1);
    // A clock may be half a minute off.
    ahead = tokens.lifetimeSeconds * 1_000 + 28_000;
    expect(tokens.verify(token)).toEqual(claims);
    ahead += 4_000;
    expect(() => tokens.verify(token)).toThrow('the access token has expired');
    expect(verify).toHaveBeenCalledTimes(2);
    verify.mockRestore();
  });

  it('whose payload was changed is refused', () => {
    const [header, , signature] = access.issue(claims).split('.');
    expect(refusedWith(`${header}.${part({ ...valid, roles: ['admin'] })}.${signature}`)).toBe(
      'the access token is not valid',
    );
  });
});

describe('a refresh token', () => {
  it('says which use of which session', () => {
    expect(refresh.verify(refresh.issue({ session: 's-1', generation: 7 }))).toEqual({ session: 's-1', generation: 7 });
  });

  it('is never an access token, nor the other way round', () => {
    expect(() => refresh.verify(access.issue(claims))).toThrow(UnauthenticatedError);
  });
});

describe('derived keys', () => {
  it('are the same for one purpose and differ between purposes and secrets', () => {
    const [one, same, other] = [deriveKeys('s1').key('a'), deriveKeys('s1').key('a'), deriveKeys('s1').key('b')];
    expect(one.equals(same)).toBe(true);
    expect(one.equals(other)).toBe(false);
    expect(one.equals(deriveKeys('s2').key('a'))).toBe(false);
    expect(one.symmetricKeySize).toBe(32);
  });
});

describe('tokens while the secret is being changed', () => {
  const [old, fresh] = ['the secret of until now, long enough', 'the secret of from now on, long enough'];
  const phases = {
    before: deriveKeys(old),
    prepared: deriveKeys(old, { next: fresh }),
    changed: deriveKeys(fresh, { previous: old }),
    after: deriveKeys(fresh),
  };
  const sides = (from: keyof typeof phases, to: keyof typeof phases): boolean => {
    const token = new AccessTokens(phases[from]).issue(claims);
    const again = new RefreshTokens(phases[from]).issue({ session: 's', generation: 1 });
    try {
      new RefreshTokens(phases[to]).verify(again);
      return new AccessTokens(phases[to]).verify(token).user === claims.user;
    } catch (error) {
      if (error instanceof UnauthenticatedError) return false;
      throw error;
    }
  };

  it.each([
    ['before', 'prepared'],
    ['prepared', 'changed'],
    ['changed', 'after'],
  ] as const)('count on hosts of two steps side by side, %s and %s', (one, other) => {
    expect([sides(one, other), sides(other, one)]).toEqual([true, true]);
  });

  it('do not count with a secret that is gone, or is not told of yet', () => {
    expect([sides('before', 'after'), sides('before', 'changed'), sides('changed', 'before')]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('name their key, and count without a name, as those of the release before', () => {
    const [header = ''] = new AccessTokens(phases.changed).issue(claims).split('.');
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
      ...hs256,
      kid: `access-token.${keyIdOf(phases.changed.key('access token'))}`,
    });
    const signed = `${part(hs256)}.${part(valid)}`;
    const signature = createHmac('sha256', phases.before.key('access token')).update(signed).digest('base64url');
    expect(new AccessTokens(phases.changed).verify(`${signed}.${signature}`).user).toBe('u-1');
    expect(() => new AccessTokens(phases.changed).verify(`${signed}.${signature.replace(/^./, '_')}`)).toThrow(
      UnauthenticatedError,
    );
  });

  it('leave what is only compared as it is until the change is over', () => {
    const digests = Object.values(phases).map((keys) => keyedDigest(keys, 'p', 'text'));
    expect(new Set(digests.slice(0, 3)).size).toBe(1);
    expect(digests[3]).not.toBe(digests[0]);
  });
});
