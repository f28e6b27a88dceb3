import { describe, expect, it } from '@jest/globals';
import {
  ForbiddenError,
  HandlerError,
  IdempotencyConflictError,
  NotDeliveredError,
  OutcomeUnknownError,
  RevokedError,
  UnlistedFailure,
} from '@isolith/contracts';
import { outcomeOfError } from './outcome.js';
import { Passing, Refused } from './spec-support/workshop.js';

describe('how an attempt ended', () => {
  it.each([
    ['a final failure', new Refused({}), 'refused', 'refused'],
    [
      'a final failure that this version does not list',
      new UnlistedFailure('work.new', 'x', 409, false),
      'refused',
      'new',
    ],
    ['a revoked command', new RevokedError('x'), 'refused', 'revoked'],
    ['a failure that may pass', new Passing({}), 'open', 'passing'],
    ['silence', new OutcomeUnknownError('x'), 'open', 'outcome-unknown'],
    ['no way there', new NotDeliveredError('x'), 'open', 'not-delivered'],
    ['a broken handler', new HandlerError('x'), 'open', 'handler-error'],
  ])('%s', (_name, error, kind, type) => {
    expect(outcomeOfError(error, true)).toMatchObject(kind === 'open' ? { kind, type, again: true } : { kind, type });
  });

  it.each([new ForbiddenError('x'), new IdempotencyConflictError('x')])(
    '%s: asking again brings nothing else',
    (error) => {
      expect(outcomeOfError(error, true)).toMatchObject({ kind: 'open', again: false });
    },
  );

  it.each([
    new UnlistedFailure('work.n\0ew', 'a\0b', 409, false),
    new UnlistedFailure('work.n\0ew', 'a\0b', 409, true),
    new HandlerError('a\0b'),
    new RevokedError('a\0b'),
  ])('is told without what no jsonb holds: %#', (error) => {
    const { type, detail } = outcomeOfError(error, true);
    expect({ type, detail }).toEqual({ type: error instanceof UnlistedFailure ? 'new' : error.code, detail: 'ab' });
    expect(outcomeOfError(new HandlerError('half \ud83d'), true).detail).toBe('half \ufffd');
  });

  it('is open when the saga itself threw, whatever it threw, and shows nothing of an error that is not declared', () => {
    expect(outcomeOfError(new Refused({}), false)).toMatchObject({ kind: 'open', type: 'refused', again: true });
    const own = outcomeOfError(new Error('card 4111'), false);
    expect(own).toMatchObject({ kind: 'open', type: 'saga-error', again: true });
    expect(JSON.stringify(own)).not.toContain('4111');
  });
});
