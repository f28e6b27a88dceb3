import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  command,
  failure,
  ForbiddenError,
  HandlerError,
  IdempotencyConflictError,
  NotDeliveredError,
  outcomeOfThrown,
  outcomeSchema,
  OutcomeUnknownError,
  thrownOfOutcome,
  UnlistedFailure,
  type Outcome,
} from '../index.js';

class OutOfStock extends failure('inventory.out-of-stock', {
  data: z.object({ sku: z.string() }),
  status: 409,
  detail: ({ sku }) => `${sku} is out of stock`,
}) {}
class Closed extends failure('inventory.closed', { status: 503, retryable: true, detail: 'closed for stocktaking' }) {}
class Reserve extends command('inventory.reserve', { input: z.object({}), failures: [OutOfStock, Closed] }) {}
/** The same command as an older caller knows it. */
class OlderReserve extends command('inventory.reserve', { input: z.object({}), failures: [Closed] }) {}

function cross(thrown: unknown, reader: typeof Reserve | typeof OlderReserve = Reserve): Error {
  const outcome = outcomeSchema.parse(JSON.parse(JSON.stringify(outcomeOfThrown(Reserve.contract, thrown)))) as Exclude<
    Outcome,
    { outcome: 'success' }
  >;
  return thrownOfOutcome(reader.contract, outcome);
}

describe('what a handler throws arrives', () => {
  it('as the same failure class with data and sentence', () => {
    const arrived = cross(new OutOfStock({ sku: 'MUG' }));
    expect(arrived).toBeInstanceOf(OutOfStock);
    expect(arrived).toMatchObject({
      data: { sku: 'MUG' },
      message: 'MUG is out of stock',
      name: 'inventory.out-of-stock',
    });
    expect(cross(new Closed({}))).toMatchObject({ contract: { retryable: true, status: 503 } });
  });

  it('as an unlisted failure where the caller does not know it, status and sentence kept', () => {
    const arrived = cross(new OutOfStock({ sku: 'MUG' }), OlderReserve);
    expect(arrived).toBeInstanceOf(UnlistedFailure);
    expect(arrived).toMatchObject({
      code: 'inventory.out-of-stock',
      status: 409,
      retryable: false,
      message: 'MUG is out of stock',
    });
  });

  it.each([
    new ForbiddenError('no'),
    new NotDeliveredError('nobody'),
    new OutcomeUnknownError('late'),
    new IdempotencyConflictError('other'),
  ])('as the same error class: %s', (error) => {
    const arrived = cross(error);
    expect(arrived.constructor).toBe(error.constructor);
    expect(arrived.message).toBe(error.message);
  });

  it('as a HandlerError that shows nothing of it', () => {
    const arrived = cross(new TypeError('password=hunter2'));
    expect(arrived).toBeInstanceOf(HandlerError);
    expect(
      JSON.stringify([arrived.message, outcomeOfThrown(Reserve.contract, new Error('password=hunter2'))]),
    ).not.toContain('hunter2');
  });

  it('as a HandlerError when it is a failure that the contract does not list', () => {
    class Foreign extends failure('payments.declined', { status: 402, detail: 'declined' }) {}
    expect(cross(new Foreign({}))).toBeInstanceOf(HandlerError);
  });
});
