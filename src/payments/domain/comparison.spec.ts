import { describe, expect, it } from '@jest/globals';
import { MAX_LISTED } from '../payments.contract.js';
import { Comparison, type ComparisonResult, type LedgerEntry, type OrderTotal, type Readings } from './comparison.js';

const orderId = 'a';
const order = (status: string, more: Partial<OrderTotal> = {}): OrderTotal => ({
  orderId,
  status,
  totalMinor: 100,
  currency: 'EUR',
  settled: true,
  ...more,
});
const entry = (capturedMinor: number, refundedMinor = 0, more: Partial<LedgerEntry> = {}): LedgerEntry => ({
  orderId,
  currency: 'EUR',
  capturedMinor,
  refundedMinor,
  ...more,
});

function compare(readings: Partial<Readings>): ComparisonResult {
  const comparison = new Comparison();
  comparison.add({ before: [], unfinished: new Set(), ledger: [], after: [], ...readings });
  return comparison.result();
}
/** An order that nobody touches while the books are read. */
const steady = (found: OrderTotal, ...ledger: LedgerEntry[]): ComparisonResult =>
  compare({ before: [found], ledger, after: [found] });

describe('an order agrees with the ledger', () => {
  it.each(['confirmed', 'shipped', 'delivered'])('%s: its total is held', (status) => {
    expect(steady(order(status), entry(100))).toMatchObject({
      capturedMinor: 100,
      refundedMinor: 0,
      confirmedOrdersMinor: 100,
      pendingCount: 0,
      differenceCount: 0,
    });
  });

  it.each(['rejected', 'cancelled', 'returned'])('%s: nothing is held', (status) => {
    expect(steady(order(status), entry(100, 100))).toMatchObject({
      capturedMinor: 100,
      refundedMinor: 100,
      confirmedOrdersMinor: 0,
      differenceCount: 0,
    });
    expect(steady(order(status))).toMatchObject({ differenceCount: 0 });
  });

  it('for nothing: nothing is held', () => {
    expect(steady(order('confirmed', { totalMinor: 0 }))).toMatchObject({ differenceCount: 0 });
  });
});

describe('a difference', () => {
  it.each([
    ['captured-without-order', order('rejected'), entry(100), 100, 0],
    ['captured-without-order', order('returned'), entry(100, 40), 60, 0],
    ['order-without-capture', order('shipped'), undefined, 0, 100],
    ['order-without-capture', order('confirmed'), entry(100, 100), 0, 100],
    ['amount', order('confirmed'), entry(90), 90, 100],
    ['currency', order('confirmed'), entry(100, 0, { currency: 'USD' }), 100, 100],
  ] as const)('%s', (kind, found, inLedger, heldMinor, expectedMinor) => {
    expect(steady(found, ...(inLedger === undefined ? [] : [inLedger])).differences).toEqual([
      { orderId, kind, heldMinor, expectedMinor },
    ]);
  });

  it('is money of an order that nobody knows', () => {
    expect(compare({ ledger: [entry(100)] }).differences).toEqual([
      { orderId, kind: 'captured-without-order', heldMinor: 100, expectedMinor: 0 },
    ]);
    expect(compare({ ledger: [entry(100, 100)] }).differences).toEqual([]);
  });
});

describe('an order is pending, whatever the ledger holds,', () => {
  const confirmed = order('confirmed');
  it.each([
    [
      'while its checkout runs',
      { before: [order('pending', { settled: false })], after: [order('pending', { settled: false })] },
    ],
    [
      'when it was settled while the ledger was read',
      { before: [order('pending', { settled: false })], after: [confirmed] },
    ],
    [
      'when it became unsettled while the ledger was read',
      { before: [confirmed], after: [order('confirmed', { settled: false })] },
    ],
    ['when it was another while the ledger was read', { before: [confirmed], after: [order('shipped')] }],
    ['when it was placed while the ledger was read', { before: [], after: [confirmed] }],
    ['while its payment is under way', { before: [confirmed], unfinished: new Set([orderId]), after: [confirmed] }],
  ])('%s', (_, readings) => {
    for (const ledger of [[], [entry(100)], [entry(100, 100)]]) {
      expect(compare({ ...readings, ledger })).toMatchObject({
        pending: [{ orderId, totalMinor: 100 }],
        pendingCount: 1,
        differences: [],
        differenceCount: 0,
      });
    }
  });
});

describe('the answer', () => {
  it('lists some and counts all', () => {
    const many = Array.from({ length: MAX_LISTED + 5 }, (_, index) =>
      order('confirmed', { orderId: `order-${index}` }),
    );
    const result = compare({ before: many, after: many });
    expect(result.differences).toHaveLength(MAX_LISTED);
    expect(result.differenceCount).toBe(MAX_LISTED + 5);
    expect(compare({ after: many })).toMatchObject({ pendingCount: MAX_LISTED + 5, pending: { length: MAX_LISTED } });
  });

  it('refuses a sum that is not exact instead of rounding it', () => {
    expect(() => steady(order('confirmed'), entry(Number.MAX_SAFE_INTEGER), entry(1))).toThrow(
      'capturedMinor is 9007199254740992',
    );
  });
});
