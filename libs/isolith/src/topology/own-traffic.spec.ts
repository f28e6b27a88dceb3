import { describe, expect, it } from '@jest/globals';
import type { EdgeCounts } from './edge-counts.js';
import { OwnTraffic } from './own-traffic.js';

const BOUNDS = [0.001, 0.01, 0.1];

function watched() {
  let now = 0;
  let edges: readonly EdgeCounts[] = [];
  const traffic = new OwnTraffic({ bounds: BOUNDS, edges: () => edges }, () => now);
  const after = (ms: number, counts: readonly number[], failed = 0) => {
    now += ms;
    edges = [{ from: 'gateway', to: 'orders', lane: 'command', failed, counts }];
    return traffic.read();
  };
  return { after };
}

describe('what a host takes between contexts', () => {
  it('is a rate of the last seconds, with how many failed and how long they took', () => {
    const { after } = watched();
    expect(after(2_000, [0, 100, 0, 0], 10)).toEqual([
      { from: 'gateway', to: 'orders', lane: 'command', perSecond: 50, failedPerSecond: 5, p50Ms: 5.5, p99Ms: 9.91 },
    ]);
  });

  it('is the same within a second, however often it is asked', () => {
    const { after } = watched();
    const first = after(1_000, [10, 0, 0, 0]);
    expect(after(100, [1_000, 0, 0, 0])).toBe(first);
  });

  it('is nothing where nothing went', () => {
    const { after } = watched();
    after(1_000, [10, 0, 0, 0]);
    for (let second = 0; second < 5; second++) expect(after(1_000, [10, 0, 0, 0]).length).toBe(second < 4 ? 1 : 0);
  });

  it('says the last bound of what took longer: more nobody knows', () => {
    const { after } = watched();
    expect(after(1_000, [0, 0, 0, 3])).toMatchObject([{ p50Ms: 100, p99Ms: 100 }]);
  });
});
