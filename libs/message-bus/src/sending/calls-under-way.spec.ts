import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  ForbiddenError,
  HandlerError,
  NotDeliveredError,
  OutcomeUnknownError,
  UnknownMessageError,
} from '@isolith/contracts';
import { CallsUnderWay } from './calls-under-way.js';

let now = 0;
let calls: CallsUnderWay;
/** The attempts of the call under test, in order. */
let attempts: PromiseWithResolvers<string>[] = [];
/** How often those that still waited were given up. */
let givenUp = 0;
beforeEach(() => {
  now = 0;
  calls = new CallsUnderWay(() => now);
  attempts = [];
  givenUp = 0;
});
const asked = () =>
  calls.ask(
    'orders.queries',
    () => {
      const attempt = Promise.withResolvers<string>();
      attempts.push(attempt);
      return attempt.promise;
    },
    () => (givenUp += 1),
  );
const beside = (ms = 500): void => {
  now += ms;
  calls.askBeside('orders.queries');
};

describe('a call of a context with a replica that fell silent', () => {
  it('is asked once more when it has waited for half a second; whoever answers first answers it', async () => {
    const answer = asked();
    beside(499);
    expect(attempts).toHaveLength(1);
    beside(1);
    expect(attempts).toHaveLength(2);
    attempts[1]?.resolve('of the other one');
    expect(await answer).toBe('of the other one');
    attempts[0]?.resolve('late');
    beside();
    expect(attempts).toHaveLength(2);
  });

  it('is asked 8 times at most, and none of another lane', () => {
    void asked();
    calls.askBeside('orders.requests');
    for (let nth = 0; nth < 20; nth += 1) beside();
    expect(attempts).toHaveLength(8);
  });

  it('has failed for good when one of them has an outcome, or when all have failed', async () => {
    const refused = asked();
    beside();
    attempts[1]?.reject(new ForbiddenError('not yours'));
    await expect(refused).rejects.toBeInstanceOf(ForbiddenError);

    attempts = [];
    const lost = asked();
    beside();
    attempts[0]?.reject(new OutcomeUnknownError('no answer'));
    attempts[1]?.reject(new NotDeliveredError('nobody there'));
    // The first may have run, whatever is said of the second.
    await expect(lost).rejects.toBeInstanceOf(OutcomeUnknownError);
  });

  it('is answered by the one that still waits when those beside it fail', async () => {
    const answer = asked();
    beside();
    attempts[1]?.reject(new NotDeliveredError('nobody there'));
    beside();
    attempts[0]?.resolve('of the first one');
    expect(await answer).toBe('of the first one');
  });

  it('is not ended by one that only says that nothing came of itself, while another may have run', async () => {
    const answer = asked();
    beside();
    attempts[1]?.reject(new HandlerError('a defect'));
    await turn();
    beside();
    attempts[2]?.reject(new UnknownMessageError('another release'));
    await turn();
    attempts[0]?.resolve('of the first one');
    expect(await answer).toBe('of the first one');
  });

  const defect = new HandlerError('a defect');
  const unknown = new OutcomeUnknownError('no answer');
  it.each([
    ['unknown, with the refusal as the reason', unknown, OutcomeUnknownError, defect],
    ['the refusal where none may have run', new NotDeliveredError('nobody there'), HandlerError, undefined],
  ])('ends as %s, whichever comes first', async (_, other, kind, cause) => {
    for (const order of [
      [defect, other],
      [other, defect],
    ]) {
      attempts = [];
      const thrown = asked().catch((error: unknown) => error);
      beside();
      for (const [nth, error] of order.entries()) {
        attempts[nth]?.reject(error);
        await turn();
      }
      expect(await thrown).toBeInstanceOf(kind);
      expect(await thrown).toMatchObject(cause === undefined ? { message: 'a defect' } : { cause });
    }
  });

  it.each([
    ['answered', () => attempts[1]?.resolve('of the other one')],
    ['refused for good', () => attempts[1]?.reject(new ForbiddenError('not yours'))],
  ])('gives up the others once it is %s, and nothing where none waits', async (_, end) => {
    const answer = asked().catch(() => undefined);
    beside();
    beside();
    attempts[2]?.reject(new NotDeliveredError('nobody there'));
    await turn();
    expect(givenUp).toBe(0);
    end();
    await answer;
    await turn();
    expect(givenUp).toBe(1);

    attempts = [];
    const alone = asked();
    attempts[0]?.resolve('of the only one');
    await alone;
    await turn();
    expect(givenUp).toBe(1);
  });
});
