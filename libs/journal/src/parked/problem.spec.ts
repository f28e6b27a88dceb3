import { describe, expect, it } from '@jest/globals';
import { ConcurrencyError, IdempotencyConflictError, OutcomeUnknownError } from '@isolith/contracts';
import { Busy, Refused } from '../testing/sample-sales.js';
import { isOutage, problemOf } from './problem.js';

describe('what was thrown', () => {
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
    expect(problemOf('password')).toEqual({ type: 'thrown', detail: 'a string was thrown, which is no error' });
  });
});
