import { beforeEach, describe, expect, it } from '@jest/globals';
import { Outage } from './outage.js';

let now: number;
let outage: Outage;
beforeEach(() => {
  now = 0;
  outage = new Outage(() => now);
});
const fail = (...keys: readonly string[]) => keys.map((key) => outage.failure(key));
const EIGHT = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

describe('an outage', () => {
  it('is not one key that fails, however often, nor many among which some succeed', () => {
    for (let nth = 0; nth < 100; nth += 1) fail('a');
    fail('b', 'c', 'd', 'e', 'f', 'g');
    outage.success();
    fail(...EIGHT.slice(1));
    expect([outage.isOut, outage.heldMs]).toEqual([false, 0]);
  });

  it('begins with the eighth key in a row', () => {
    expect(fail(...EIGHT)).toEqual([...Array.from({ length: 7 }, () => false), true]);
    expect([outage.isOut, outage.heldMs]).toEqual([true, 100]);
    expect(fail('i')).toEqual([false]);
  });

  it('lets new events go one at a time, up to a second apart', () => {
    fail(...EIGHT);
    const waits = Array.from({ length: 6 }, () => {
      const wait = outage.heldMs;
      now += wait;
      expect(outage.heldMs).toBe(0);
      outage.tries();
      return wait;
    });
    expect(waits).toEqual([100, 100, 200, 400, 800, 1_000]);
  });

  it('ends with the first success', () => {
    fail(...EIGHT);
    expect([outage.success(), outage.isOut, outage.heldMs, outage.success()]).toEqual([true, false, 0, false]);
  });
});
