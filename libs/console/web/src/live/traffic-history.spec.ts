import { describe, expect, it } from '@jest/globals';
import { TrafficHistory } from './traffic-history.js';

const edge = (from: string, to: string, perSecond: number, p99Ms?: number) => ({
  from,
  to,
  lane: 'command' as const,
  perSecond,
  failedPerSecond: perSecond / 10,
  ...(p99Ms === undefined ? {} : { p99Ms }),
});

describe('what was told of the last minutes', () => {
  it('is kept in all and by link, the slowest lane of each', () => {
    const history = new TrafficHistory();
    history.take({
      at: '2026-01-01T00:00:00.000Z',
      edges: [edge('a', 'b', 10, 5), edge('a', 'b', 20, 9), edge('b', 'c', 1)],
    });
    const at = Date.parse('2026-01-01T00:00:00.000Z');
    expect(history.of()).toEqual([{ at, perSecond: 31, failedPerSecond: expect.closeTo(3.1), p99Ms: 9 }]);
    expect(history.of('["b","c"]')).toEqual([{ at, perSecond: 1, failedPerSecond: 0.1, p99Ms: undefined }]);
    expect(history.of('["x","y"]')).toEqual([]);
    history.take({ at: '2026-01-01T00:00:01.000Z', edges: [] });
    expect(history.links().map(({ from, to }) => from + to)).toEqual(['ab', 'bc']);
  });

  it('is bounded, and has each moment once', () => {
    const history = new TrafficHistory();
    for (let at = 0; at < 1_000; at += 1) history.take({ at, edges: [edge('a', 'b', at)] });
    history.take({ at: 999, edges: [] });
    expect(history.of()).toHaveLength(300);
    expect(history.of().at(-1)?.perSecond).toBe(999);
    const many = new TrafficHistory();
    many.take({ at: 1, edges: Array.from({ length: 2_000 }, (_, nth) => edge(`a${nth}`, 'b', 1)) });
    expect(many.of('["a1999","b"]')).toEqual([]);
    expect(many.of('["a1","b"]')).toHaveLength(1);
  });

  it('leaves out what has no time', () => {
    const history = new TrafficHistory();
    history.take({ at: 'soon', edges: [] });
    expect(history.of()).toEqual([]);
  });
});
