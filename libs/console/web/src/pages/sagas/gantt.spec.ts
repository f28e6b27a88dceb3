import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gantt } from './gantt.js';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const entry = (ms: number, what: string) => ({ at: new Date(START + ms).toISOString(), what });

describe('the timeline of a saga', () => {
  it('squeezes idle time, and says so', () => {
    const bars = gantt([
      entry(0, 'begun'),
      entry(10, 'reserve done'),
      entry(30, 'pay waits for payments.paid'),
      entry(86_400_030, 'pay done'),
      entry(86_400_050, 'ship failed: no-carrier'),
      entry(86_400_070, 'pay compensated'),
    ]);
    expect(bars.map(({ isSqueezed }) => isSqueezed)).toEqual([false, false, false, true, false, false]);
    expect(bars[3]?.took).toBe(86_400_000);
    expect(bars.map(({ isIdle }) => isIdle)).toEqual([false, false, false, true, false, false]);
    const share = (index: number) => (bars[index]?.to ?? 0) - (bars[index]?.from ?? 0);
    expect(share(3)).toBeLessThan(0.75);
    expect(share(1)).toBeGreaterThan(0.02);
  });

  it('tells what was done from what was undone, failed, waited for or done by a person', () => {
    const kinds = gantt([
      entry(0, 'begun'),
      entry(1, 'reserve done, pay done'),
      entry(2, 'pay waits for payments.paid'),
      entry(3, 'ship failed: no-carrier'),
      entry(4, 'pay compensated'),
      entry(5, 'needs attention: outage'),
      { ...entry(6, 'retried'), operator: 'ada', reason: 'it is back' },
      entry(7, 'failure told'),
    ]).map(({ kind }) => kind);
    expect(kinds).toEqual(['told', 'done', 'waited', 'failed', 'undone', 'failed', 'acted', 'told']);
  });

  it('fills its width in order, whatever the times are', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000_000_000), { minLength: 1, maxLength: 50 }), (times) => {
        const bars = gantt(times.toSorted((a, b) => a - b).map((ms) => entry(ms, 'a done')));
        for (const [index, { from, to }] of bars.entries()) {
          expect(from).toBeGreaterThanOrEqual(bars[index - 1]?.from ?? 0);
          expect(to).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(1.000_001);
        }
      }),
    );
  });

  it('is empty where nothing happened', () => {
    expect(gantt([])).toEqual([]);
  });
});
