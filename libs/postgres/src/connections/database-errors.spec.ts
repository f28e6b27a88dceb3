import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';
import { sqlState, withoutValues } from './database-errors.js';

const reported = (): Error =>
  Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(ada@example.org) exists.',
    where: 'ada',
  });

const unchangeable = (): Error =>
  Object.defineProperty(reported(), 'detail', {
    get: () => 'Key (email)=(ada@example.org) exists.',
    set: () => {
      throw new TypeError('no');
    },
    enumerable: true,
  });

describe('the values of a statement', () => {
  it.each<[string, () => unknown]>([
    ['as the driver throws it', reported],
    ['as TypeORM wraps it', () => new QueryFailedError('INSERT', ['ada@example.org'], reported())],
    ['that is frozen (fault 5)', () => Object.freeze(reported())],
    ['whose fields can not be set (fault 5)', unchangeable],
    ['whose cause is frozen (fault 5)', () => new QueryFailedError('INSERT', ['ada'], Object.freeze(reported()))],
  ])('are taken out of an error %s; what tells it apart stays', (_, make) => {
    const error = withoutValues(make());
    expect(sqlState(error)).toBe('23505');
    expect(error).toMatchObject({ message: expect.stringContaining('duplicate key'), stack: expect.any(String) });
    expect(JSON.stringify(allOf(error))).not.toContain('ada');
  });

  it('that throws when it is looked at is itself (fault 5)', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect([withoutValues(proxy) === proxy, sqlState(proxy)]).toEqual([true, undefined]);
  });
});

/** Fields of an error and of what it wraps, hidden ones too. */
function allOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  return Object.fromEntries(
    Reflect.ownKeys(error).map((key) => [String(key), key === 'stack' ? '' : allOf(Reflect.get(error, key))]),
  );
}
