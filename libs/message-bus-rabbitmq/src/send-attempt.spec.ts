import { describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import { SendAttempt } from './send-attempt.js';

function outcomeOf(size: number, steps: (attempt: SendAttempt) => void): unknown {
  const ends: unknown[] = [];
  steps(new SendAttempt(size, (error) => void ends.push(error ?? 'taken')));
  expect(ends.length).toBeLessThanOrEqual(1);
  return ends[0];
}

describe('the outcome of a batch', () => {
  const full = new OverloadedError('full');

  it('is taken when all were', () => {
    expect(outcomeOf(2, (attempt) => attempt.taken())).toBeUndefined();
    expect(outcomeOf(2, (attempt) => (attempt.taken(), attempt.taken()))).toBe('taken');
  });

  it('is the first error when none was taken', () => {
    expect(outcomeOf(2, (attempt) => (attempt.failed(full), attempt.failed(new Error('second'))))).toBe(full);
  });

  it('is unknown when a part was, or may have been', () => {
    expect(outcomeOf(2, (attempt) => (attempt.taken(), attempt.failed(full)))).toMatchObject({
      code: 'outcome-unknown',
      cause: full,
    });
    const unknown = new OutcomeUnknownError('lost');
    expect(outcomeOf(2, (attempt) => (attempt.failed(full), attempt.failed(unknown)))).toBe(unknown);
  });

  it('ends once, also when it is given up', () => {
    const given = new OutcomeUnknownError('in time');
    expect(outcomeOf(2, (attempt) => (attempt.taken(), attempt.giveUp(given), attempt.taken()))).toBe(given);
  });
});
