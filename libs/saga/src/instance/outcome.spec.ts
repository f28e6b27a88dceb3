import { describe, expect, it } from '@jest/globals';
import {
  ConcurrencyError,
  ContractViolationError,
  ForbiddenError,
  HandlerError,
  IdempotencyConflictError,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  RevokedError,
  UnauthenticatedError,
  UnknownMessageError,
  UnlistedFailure,
} from '@isolith/contracts';
import { outcomeOfError } from './outcome.js';
import { Passing, Refused } from '../spec-support/workshop.js';

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
    expect(outcomeOfError(error, true)).toMatchObject({ kind, type });
  });

  it('is an answer of the business only when a failure of the contract says so, listed here or not (fault 1)', () => {
    const declared = (error: unknown, answered = true) => {
      const outcome = outcomeOfError(error, answered);
      return outcome.kind === 'refused' || outcome.declared;
    };
    expect([new Refused({}), new Passing({})].map((error) => declared(error))).toEqual([true, true]);
    expect([true, false].map((retryable) => declared(new UnlistedFailure('work.new', 'x', 409, retryable)))).toEqual([
      true,
      true,
    ]);
    const technical = [
      new ConcurrencyError('x'),
      new ContractViolationError('x', []),
      new ForbiddenError('x'),
      new HandlerError('x'),
      new IdempotencyConflictError('x'),
      new NotDeliveredError('x'),
      new OutcomeUnknownError('x'),
      new OverloadedError('x'),
      new UnauthenticatedError('x'),
      new UnknownMessageError('x'),
      new Error('x'),
      'x',
      undefined,
    ];
    expect(technical.filter((error) => declared(error))).toEqual([]);
    // What the saga's own code throws is no answer, even when it is a failure.
    expect([new Refused({}), new Passing({})].map((error) => declared(error, false))).toEqual([false, false]);
  });

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
    expect(outcomeOfError(new Refused({}), false)).toMatchObject({ kind: 'open', type: 'refused' });
    const own = outcomeOfError(new Error('card 4111'), false);
    expect(own).toMatchObject({ kind: 'open', type: 'saga-error' });
    expect(JSON.stringify(own)).not.toContain('4111');
  });
});
