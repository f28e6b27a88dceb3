import { describe, expect, it } from '@jest/globals';
import { Resignation } from './resignation.js';

function setUp(ordered: boolean) {
  let now = 0;
  const left: number[] = [];
  const resignation = new Resignation({ ordered, leave: (ms) => left.push(ms), now: () => now });
  return { resignation, left, pass: (ms: number) => void (now += ms) };
}

const times = (count: number, work: () => void) => Array.from({ length: count }, work);

describe('a consumer of requests', () => {
  it('stays as long as it serves something now and then', () => {
    const { resignation, left } = setUp(false);
    times(20, () => {
      times(7, () => resignation.unserved());
      resignation.served();
    });
    expect(left).toEqual([]);
  });

  it('rests for longer and longer while it can serve nothing', () => {
    const { resignation, left } = setUp(false);
    times(8 + 7, () => resignation.unserved());
    expect(left).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000]);
    expect(resignation.probing).toBe(true);
  });

  it('comes back with all its room as soon as it has served one', () => {
    const { resignation, left } = setUp(false);
    times(8, () => resignation.unserved());
    resignation.served();
    resignation.served();
    expect([left, resignation.probing]).toEqual([[250, 0], false]);
    times(8, () => resignation.unserved());
    expect(left).toEqual([250, 0, 250]);
  });
});

describe('a consumer of events', () => {
  it('leaves its place with the first that it can not serve, then less and less often', () => {
    const { resignation, left, pass } = setUp(true);
    const leftAt: number[] = [];
    for (let at = 0; at < 130_000; at += 100) {
      resignation.unserved();
      if (left.length > leftAt.length) leftAt.push(at);
      pass(100);
    }
    expect(leftAt).toEqual([0, 1_500, 4_000, 8_500, 17_000, 33_500, 66_000, 126_500]);
    expect(new Set(left)).toEqual(new Set([500]));
  });

  it('leaves soon again when it had not met one for long, and never because it serves', () => {
    const { resignation, left, pass } = setUp(true);
    resignation.unserved();
    resignation.served();
    pass(200_000);
    resignation.unserved();
    pass(1_500);
    resignation.unserved();
    expect(left).toEqual([500, 500, 500]);
    expect(resignation.probing).toBe(false);
  });
});
