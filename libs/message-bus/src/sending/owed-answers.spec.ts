import { beforeEach, describe, expect, it } from '@jest/globals';
import { ForbiddenError, NotDeliveredError, OutcomeUnknownError } from '@isolith/contracts';
import { OwedAnswers } from './owed-answers.js';

let now = 0;
let owed: OwedAnswers;
beforeEach(() => {
  now = 0;
  owed = new OwedAnswers(() => now);
});
const LANE = 'stock.requests';
/** An attempt that takes so many seconds. */
const attempt = async (seconds: number, end: () => Promise<unknown>): Promise<void> => {
  await owed
    .attempt(LANE, 'stock', () => {
      now += seconds * 1_000;
      return end();
    })
    .catch(() => undefined);
};
const failing = (thrown: Error) => async (): Promise<never> => {
  throw thrown;
};
const silent = failing(new OutcomeUnknownError('no answer in time'));

describe('a lane of another host', () => {
  it('owes nothing that answers, even with an error', async () => {
    await attempt(3, async () => 'value');
    await attempt(3, failing(new ForbiddenError('no')));
    expect(owed.waiting()).toEqual([]);
  });

  it('is silent since the first attempt without an answer began, until there is one', async () => {
    await attempt(2, async () => 'value');
    await attempt(4, silent);
    await attempt(3, failing(new NotDeliveredError('nobody there')));
    expect(owed.waiting()).toMatchObject([
      { kind: 'calls', name: LANE, waitedMs: 7_000, reason: 'it has answered nothing for 7 s (not-delivered)' },
    ]);
    await attempt(1, async () => 'value');
    expect(owed.waiting()).toEqual([]);
  });

  it('is not silent while an attempt waits that has not ended: its handler may be slow', () => {
    void owed.attempt(LANE, 'stock', () => new Promise(() => undefined));
    now += 60_000;
    expect(owed.waiting()).toEqual([]);
  });

  it('that nobody asks any more owes nothing', async () => {
    await attempt(10, silent);
    now += 5_000;
    expect(owed.waiting()).toHaveLength(1);
    now += 1;
    expect(owed.waiting()).toEqual([]);
    now -= 1;
    // And nothing is left of it for the next.
    expect(owed.waiting()).toEqual([]);
  });

  it('that is still asked stays silent, however long each attempt takes', async () => {
    await attempt(10, silent);
    void owed.attempt(LANE, 'stock', () => new Promise(() => undefined));
    now += 20_000;
    expect(owed.waiting()).toMatchObject([{ waitedMs: 30_000 }]);
  });

  it('that has answered since an attempt began is not silent for that one, which was given up or is slow', async () => {
    const lost = Promise.withResolvers<string>();
    const losing = owed.attempt(LANE, 'stock', () => lost.promise).catch(() => undefined);
    await attempt(4, async () => 'of another replica');
    lost.reject(new OutcomeUnknownError('no answer in time'));
    await losing;
    expect(owed.waiting()).toEqual([]);
    await attempt(4, silent);
    expect(owed.waiting()).toMatchObject([{ waitedMs: 4_000 }]);
  });
});
