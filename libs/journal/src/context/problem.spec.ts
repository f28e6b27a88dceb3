import { describe, expect, it } from '@jest/globals';
import { ConcurrencyError, IdempotencyConflictError, OutcomeUnknownError } from '@isolith/contracts';
import { WHATEVER_IS_THROWN } from '@isolith/contracts/testing';
import { Busy, Refused } from '../testing/sample-sales.js';
import { isOutage, problemOf } from './problem.js';

describe('what was thrown (fault 5)', () => {
  it.each(WHATEVER_IS_THROWN)('can be kept in a column, be it $what', ({ make }) => {
    const { type, detail } = problemOf(make());
    expect([typeof type, typeof detail, /[\0\n]/.test(type + detail)]).toEqual(['string', 'string', false]);
    expect(type.length <= 200 && detail.length <= 500).toBe(true);
  });

  it.each([
    ['an error of the bus that a repetition may help', new OutcomeUnknownError('late'), 'outcome-unknown', true],
    ['a conflict that does not end', new ConcurrencyError('again'), 'concurrency', false],
    ['an error of the bus that is final', new IdempotencyConflictError('other'), 'idempotency-conflict', false],
    ['a retryable failure', new Busy({}), 'sales.busy', true],
    ['a final failure', new Refused({ why: 'no' }), 'sales.refused', false],
    ['an error that says that it passes', Object.assign(new Error('down'), { retryable: true }), 'Error', true],
    ['an error', new RangeError('out of it'), 'RangeError', false],
  ])('is told as %s', (_, thrown, type, outage) => {
    expect([problemOf(thrown).type, isOutage(thrown)]).toEqual([type, outage]);
  });

  it('has one short line, and none of it when it is no error', () => {
    expect(problemOf(new Error(`a\0b\nsecret`)).detail).toBe('ab');
    expect(problemOf(new Error('x'.repeat(600))).detail).toHaveLength(500);
    expect(problemOf('password')).toEqual({
      type: 'ThrownValue',
      detail: 'a value of type string was thrown, which is no error',
    });
  });
});
