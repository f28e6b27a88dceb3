import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gentleRates } from './fault-options.js';
import { FaultPlan, type FaultRates } from './fault-plan.js';

const none: FaultRates = { delay: 0, reorder: 0, duplicate: 0, lostReply: 0, crash: 0, undelivered: 0 };
const address = 'stock.requests';

describe('a plan', () => {
  it('depends on seed, message and attempt only: other messages in between change nothing', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 20 }),
        fc.array(fc.nat({ max: 19 }), { maxLength: 40 }),
        (seed, ids, others) => {
          const [alone, among] = [new FaultPlan(seed, gentleRates, 20), new FaultPlan(seed, gentleRates, 20)];
          const [mine = '', ...rest] = ids;
          for (let attempt = 1; attempt <= 3; attempt += 1) {
            for (const other of others) among.next(address, rest[other % rest.length] ?? '');
            const planned = among.next(address, mine);
            expect(planned).toEqual(alone.next(address, mine));
            expect(planned.attempt).toBe(attempt);
          }
        },
      ),
    );
  });

  it('draws each fault about as often as its rate says, and not the same for every seed, address and attempt', () => {
    const rates: FaultRates = {
      delay: 0.3,
      reorder: 0.2,
      duplicate: 0.1,
      lostReply: 0.15,
      crash: 0.1,
      undelivered: 0.05,
    };
    const plan = new FaultPlan(7, rates, 20);
    const drawn = Array.from({ length: 4_000 }, (_, nth) => plan.next(address, `m-${nth % 2_000}`));
    const share = (holds: (one: (typeof drawn)[number]) => boolean): number =>
      drawn.filter(holds).length / drawn.length;
    expect(share(({ delayMs }) => delayMs > 0)).toBeCloseTo(0.3, 1);
    expect(share(({ reorder }) => reorder)).toBeCloseTo(0.2, 1);
    expect(share(({ duplicate }) => duplicate === 'beside')).toBeCloseTo(0.05, 1);
    expect(share(({ duplicate }) => duplicate === 'behind')).toBeCloseTo(0.05, 1);
    for (const kind of ['lostReply', 'crash', 'undelivered'] as const)
      expect(share(({ ending }) => ending === kind)).toBeCloseTo(rates[kind], 1);
    expect(Math.max(...drawn.map(({ delayMs }) => delayMs))).toBeLessThanOrEqual(20);
    const once = (seed: number, at: string) =>
      JSON.stringify(Array.from({ length: 50 }, (_, nth) => new FaultPlan(seed, rates, 20).next(at, `${nth}`)));
    expect(new Set([once(1, address), once(2, address), once(1, 'other.requests')]).size).toBe(3);
    expect(JSON.stringify(drawn.slice(0, 2_000))).not.toBe(
      JSON.stringify(drawn.slice(2_000).map((one) => ({ ...one, attempt: 1 }))),
    );
  });

  it('of rates 0 and 1 is never and always', () => {
    const [never, always] = [
      new FaultPlan(1, none, 20),
      new FaultPlan(1, { ...none, delay: 1, reorder: 1, duplicate: 1, crash: 1 }, 20),
    ];
    for (let nth = 0; nth < 200; nth += 1) {
      expect(never.next(address, `${nth}`)).toMatchObject({
        delayMs: 0,
        reorder: false,
        duplicate: undefined,
        ending: undefined,
      });
      expect(always.next(address, `${nth}`)).toMatchObject({
        delayMs: expect.any(Number),
        reorder: true,
        duplicate: expect.any(String),
        ending: 'crash',
      });
    }
  });

  it('forgets the oldest messages, and keeps counting the ones that come again', () => {
    const plan = new FaultPlan(1, none, 20);
    plan.next(address, 'rare');
    for (let nth = 0; nth < 20_000; nth += 1) {
      plan.next(address, `m-${nth}`);
      if (nth % 5_000 === 0) plan.next(address, 'frequent');
    }
    expect([plan.next(address, 'rare').attempt, plan.next(address, 'frequent').attempt]).toEqual([1, 5]);
  });
});
