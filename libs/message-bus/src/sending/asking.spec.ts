import { describe, expect, it } from '@jest/globals';
import {
  ConcurrencyError,
  ContractViolationError,
  failure,
  ForbiddenError,
  HandlerError,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  RevokedError,
  UnauthenticatedError,
  UnknownMessageError,
  UnlistedFailure,
} from '@isolith/contracts';
import { askUntil } from './asking.js';
import { NobodyHereError } from '../transport/nobody-here.js';

class Busy extends failure('stock.busy', { status: 503, retryable: true, detail: 'busy' }) {}
class SoldOut extends failure('stock.sold-out', { status: 409, detail: 'sold out' }) {}

const never = new AbortController().signal;
const atOnce = (): number => 0;

/** Throws these one after the other, then answers. */
const failing = (...errors: Error[]) => {
  let asked = 0;
  return {
    ask: async (): Promise<string> => {
      const error = errors[asked];
      asked += 1;
      if (error !== undefined) throw error;
      return 'answer';
    },
    asked: () => asked,
  };
};

describe('asking', () => {
  it('goes on over what may pass', async () => {
    const { ask, asked } = failing(
      new NotDeliveredError('down'),
      new OutcomeUnknownError('lost'),
      new NotDeliveredError('down'),
    );
    await expect(askUntil(never, ask, { random: atOnce })).resolves.toBe('answer');
    expect(asked()).toBe(4);
  });

  it('ends with what asking again would not change', async () => {
    const { ask, asked } = failing(new ForbiddenError('no'), new NotDeliveredError('down'));
    await expect(askUntil(never, ask, { random: atOnce })).rejects.toBeInstanceOf(ForbiddenError);
    await expect(askUntil(never, failing(new TypeError('a defect')).ask, { random: atOnce })).rejects.toBeInstanceOf(
      TypeError,
    );
    expect(asked()).toBe(1);
  });

  it('ends with the signal, in the middle of a pause too', async () => {
    const over = new AbortController();
    const { ask, asked } = failing(...Array.from({ length: 20 }, () => new NotDeliveredError('down')));
    const asking = askUntil(
      over.signal,
      async () => {
        if (asked() === 3) over.abort();
        return ask();
      },
      { random: () => (asked() < 4 ? 0 : 1) },
    );
    await expect(asking).rejects.toBeInstanceOf(NotDeliveredError);
    expect(asked()).toBe(4);
  });

  it.each([new NotDeliveredError('down'), new OverloadedError('full'), new ConcurrencyError('met')])(
    'says that it may have run when any attempt may have, whatever the last one was: %s',
    async (last) => {
      const over = new AbortController();
      const { ask, asked } = failing(new OutcomeUnknownError('lost'), last);
      const asking = askUntil(
        over.signal,
        async () => {
          if (asked() === 1) over.abort();
          return ask();
        },
        { random: atOnce },
      );
      await expect(asking).rejects.toBeInstanceOf(OutcomeUnknownError);
    },
  );

  it('ends with a lane of this process that nobody listens at, and tells the truth about the attempts before', async () => {
    const { ask, asked } = failing(new NobodyHereError('drained'));
    await expect(askUntil(never, ask, { random: atOnce })).rejects.toBeInstanceOf(NotDeliveredError);
    expect(asked()).toBe(1);
    await expect(
      askUntil(never, failing(new OutcomeUnknownError('lost'), new NobodyHereError('drained')).ask, { random: atOnce }),
    ).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it.each([
    new UnknownMessageError('of another version'),
    new UnauthenticatedError('of another key'),
    new ContractViolationError('of another version', []),
  ])('does not take a refusal of a later attempt for an answer to an earlier one: %s', async (refusal) => {
    const { ask, asked } = failing(new OutcomeUnknownError('lost'), refusal);
    await expect(askUntil(never, ask, { random: atOnce })).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(asked()).toBe(2);
  });

  it.each([new HandlerError('failed'), new Busy({})])(
    'does not take what a later attempt failed with, and nobody stores, for the end of an earlier one: %s',
    async (last) => {
      const { ask, asked } = failing(new OutcomeUnknownError('lost'), last);
      await expect(askUntil(never, ask, { random: atOnce })).rejects.toBeInstanceOf(OutcomeUnknownError);
      expect(asked()).toBe(2);
      await expect(askUntil(never, failing(new NotDeliveredError('down'), last).ask, { random: atOnce })).rejects.toBe(
        last,
      );
    },
  );

  it("tells a retryable failure that the caller's contract does not list from the end of an earlier attempt", async () => {
    const over = new AbortController();
    const { ask, asked } = failing(
      new OutcomeUnknownError('lost'),
      new UnlistedFailure('stock.busy', 'busy', 503, true),
    );
    const asking = askUntil(
      over.signal,
      async () => {
        if (asked() === 1) over.abort();
        return ask();
      },
      { random: atOnce },
    );
    await expect(asking).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it.each([
    new RevokedError('never will'),
    new SoldOut({}),
    new UnlistedFailure('stock.sold-out', 'sold out', 409, false),
    new ForbiddenError('no'),
  ])('takes what the receiver knows of the message for the answer: %s', async (answer) => {
    await expect(
      askUntil(never, failing(new OutcomeUnknownError('lost'), answer).ask, { random: atOnce }),
    ).rejects.toBe(answer);
  });
});
