import { describe, expect, it } from '@jest/globals';
import { coverageLines, coverageOf } from './coverage.js';
import { isWorthCounting, type RunResult } from './run-result.js';
import { totalLine } from './report-line.js';
import { summaryOf } from './summary.js';

const run = (change: Partial<RunResult>): RunResult => ({
  seed: 1,
  placement: 'one process',
  hosts: ['all'],
  orders: 50,
  ended: { confirmed: 50 },
  tries: { 202: 50 },
  findings: [],
  tookMs: 1,
  hits: [{ kind: 'kill-host', orders: 6, at: { 'checkout:reserve-stock': 4, 'checkout:undoing': 2 }, lastedMs: 5 }],
  ...change,
});

const results: readonly RunResult[] = [
  run({}),
  run({
    seed: 2,
    hits: [
      { kind: 'kill-host', orders: 5, at: { 'checkout:undoing': 5 }, lastedMs: 5 },
      { kind: 'kill-broker', orders: 9, at: {}, lastedMs: 1 },
    ],
    placement: 'each its own',
  }),
  run({ seed: 3, findings: [{ check: 'orders-end', harm: 'unended', what: 'one' }] }),
];

describe('what runs have covered', () => {
  it('is how often each fault came in each kind of placement, and while what was under way', () => {
    expect(coverageOf(results)).toEqual({
      'kill-host': {
        'one process': { hits: 2, inFlight: { 'checkout:reserve-stock': 2, 'checkout:undoing': 2 } },
        'each its own': { hits: 1, inFlight: { 'checkout:undoing': 1 } },
      },
      'kill-broker': { 'each its own': { hits: 1, inFlight: {} } },
    });
    expect(coverageLines(coverageOf(results))).toHaveLength(3);
  });

  it('is summed up with what was found, by harm, check and placement', () => {
    const summary = summaryOf(results);
    expect(summary).toMatchObject({
      seeds: { first: 1, last: 3 },
      runs: 3,
      counting: 3,
      orders: 150,
      faults: 4,
      harms: { unended: 1, lost: 0 },
    });
    expect(summary.findings).toMatchObject({ 'orders-end': 1, 'money-balances': 0 });
    expect(
      summary.placements.map(({ placement, runs, findings }) => [placement, runs, findings['orders-end']]),
    ).toEqual([
      ['one process', 2, 1],
      ['each its own', 1, 0],
    ]);
    expect(totalLine(results)).toContain('lost 0, doubled 0, oversold 0, unended 1');
  });
});

describe('a run counts', () => {
  it('with 50 orders or more, and when each fault met 5 or more in flight and changed something', () => {
    expect(isWorthCounting(run({}), 5)).toBe(true);
    expect(isWorthCounting(run({ orders: 49 }), 5)).toBe(false);
    expect(isWorthCounting(run({ hits: [] }), 5)).toBe(false);
    expect(isWorthCounting(run({ hits: [{ kind: 'kill-host', orders: 4, at: {}, lastedMs: 0 }] }), 5)).toBe(false);
    const hit = { kind: 'cut-broker-connections' as const, orders: 5, at: {}, lastedMs: 0 };
    expect(isWorthCounting(run({ hits: [{ ...hit, effect: { cut: 2, closed: 0 } }] }), 5)).toBe(true);
    expect(isWorthCounting(run({ hits: [{ ...hit, effect: { cut: 0 } }] }), 5)).toBe(false);
  });
});
