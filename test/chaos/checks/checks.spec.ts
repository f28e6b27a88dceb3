import { describe, expect, it } from '@jest/globals';
import type { Sources } from '../sources/sources.js';
import { allChecks } from './all-checks.js';
import { verdictOf } from './finding.js';
import { id, soundSources } from './sample-sources.js';

const sound = soundSources();
const firstOrder = id('order', 1);

/** Of a list, with the items that fit changed. */
const changed = <T>(list: readonly T[], fits: (item: T) => boolean, change: Partial<T>): T[] =>
  list.map((item) => (fits(item) ? { ...item, ...change } : item));
const orders = (number: number, change: Partial<Sources['orders'][number]>): Partial<Sources> => ({
  orders: changed(sound.orders, (order) => order.id === id('order', number), change),
});
const ledger = (number: number, change: Partial<Sources['ledger'][number]>): Partial<Sources> => ({
  ledger: changed(sound.ledger, (entry) => entry.orderId === id('order', number), change),
});
const stock = (change: Partial<Sources['stock'][number]>): Partial<Sources> => ({
  stock: changed(sound.stock, () => true, change),
});
const left = (number: number, hasLeft: boolean): Partial<Sources> => ({
  shipments: changed(sound.shipments, ({ orderId }) => orderId === id('order', number), { hasLeft }),
});
const without = <T>(list: readonly T[], index: number): T[] => list.filter((_, at) => at !== index);

const unreachable = { failure: { type: 'payment-unavailable', detail: 'the provider could not be reached' } };
const withoutReason = (number: number): Partial<Sources> => ({
  orders: sound.orders.map(({ failure, ...order }) =>
    order.id === id('order', number) || failure === undefined ? order : { ...order, failure },
  ),
});

/** What was tampered with, how, and what must be found. */
const tampered: readonly (readonly [string, Partial<Sources>, readonly string[]])[] = [
  [
    'an accepted order is gone',
    { orders: without(sound.orders, 2) },
    ['accepted-orders-exist lost', 'customers-are-told doubled'],
  ],
  [
    'an order is somebody else’s',
    orders(3, { customerId: id('user', 2) }),
    ['accepted-orders-exist lost', 'customers-are-told lost', 'customers-are-told doubled'],
  ],
  ['an order has other lines', orders(3, { lines: [{ sku: 'C-1', quantity: 2 }] }), ['accepted-orders-exist lost']],
  [
    'there is an order that nobody was told of',
    { calls: sound.calls.filter((call) => !('orderId' in call) || call.orderId !== id('order', 3)) },
    ['accepted-orders-exist doubled', 'rejections-are-business turned-away'],
  ],
  [
    'one key named two orders',
    {
      calls: changed(sound.calls, (call) => call.call === 'place' && call.orderId === id('order', 3), {
        key: id('key', 1),
      }),
    },
    ['one-key-one-order doubled'],
  ],
  [
    'two keys named one order',
    { calls: [...sound.calls, { ...placingOf(1), key: id('key', 77) }] },
    ['one-key-one-order lost'],
  ],
  [
    'an order is pending',
    orders(3, { status: 'pending', history: [{ status: 'pending' }] }),
    ['orders-end unended', 'customers-are-told doubled'],
  ],
  [
    'a dispatch was accepted and did not happen',
    { calls: [...sound.calls, { ...changeOf('dispatch'), orderId: firstOrder }] },
    ['accepted-changes-happen lost'],
  ],
  [
    'a cancellation was accepted and did not happen',
    { calls: [...sound.calls, { ...changeOf('cancel'), orderId: firstOrder }] },
    ['accepted-changes-happen lost'],
  ],
  [
    'a cancellation lost against nothing',
    { calls: sound.calls.filter((call) => !(call.call === 'dispatch' && call.orderId === id('order', 2))) },
    ['accepted-changes-happen lost'],
  ],
  [
    'a delivery was accepted and did not happen',
    { calls: [...sound.calls, { ...changeOf('deliver'), orderId: id('order', 2) }] },
    ['accepted-changes-happen lost'],
  ],
  [
    'a return was accepted and did not happen',
    { calls: [...sound.calls, { ...changeOf('return'), orderId: id('order', 2) }] },
    ['accepted-changes-happen lost'],
  ],
  [
    'an order was captured twice',
    { ledger: [...sound.ledger, { key: id('key', 99), orderId: firstOrder, capturedMinor: 200, refundedMinor: 200 }] },
    ['one-capture-per-order doubled', 'books-agree unbalanced', 'books-agree unbalanced'],
  ],
  [
    'a declined card was captured and refunded',
    ledger(3, { capturedMinor: 100, refundedMinor: 100 }),
    ['one-capture-per-order unbalanced', 'books-agree unbalanced', 'books-agree unbalanced'],
  ],
  [
    'money of a confirmed order is missing',
    ledger(1, { capturedMinor: 0 }),
    ['money-balances unbalanced', 'books-agree unbalanced'],
  ],
  [
    'money of a cancelled order was kept',
    ledger(4, { refundedMinor: 0 }),
    ['money-balances unbalanced', 'refunds-are-paid lost', 'books-agree unbalanced'],
  ],
  [
    'money is held for no order',
    { ledger: [...sound.ledger, { key: id('key', 98), orderId: id('order', 98), capturedMinor: 5, refundedMinor: 0 }] },
    ['money-balances unbalanced', 'books-agree unbalanced'],
  ],
  [
    'a confirmed order was never told of',
    { notices: sound.notices.filter(({ orderId }) => orderId !== firstOrder) },
    ['customers-are-told lost'],
  ],
  [
    'a message went out under a second key',
    {
      notices: [
        ...sound.notices,
        { kind: 'order-confirmed', userId: id('user', 1), key: id('key', 5), orderId: firstOrder },
      ],
    },
    ['customers-are-told doubled'],
  ],
  [
    'a message tells what did not happen',
    {
      notices: [
        ...sound.notices,
        { kind: 'order-shipped', userId: id('user', 1), key: id('key', 5), orderId: firstOrder },
      ],
    },
    ['customers-are-told doubled'],
  ],
  [
    'more is sold than was received',
    { calls: changed(sound.calls, ({ call }) => call === 'receive', { quantity: 2 }) },
    ['stock-adds-up oversold', 'stock-adds-up unbalanced'],
  ],
  [
    'less than nothing is available',
    stock({ reserved: 12, available: -3 }),
    ['stock-adds-up oversold', 'stock-adds-up unbalanced'],
  ],
  ['available is not the difference', stock({ available: 6 }), ['stock-adds-up unbalanced']],
  ['a piece has vanished', stock({ onHand: 8, available: 6 }), ['stock-adds-up lost']],
  ['a rejected order still holds a piece', stock({ reserved: 3, available: 6 }), ['stock-adds-up unbalanced']],
  ['a sku has no level', { stock: [] }, ['stock-adds-up lost']],
  ['goods of a cancelled order have left', left(4, true), ['goods-leave-once oversold']],
  ['goods of a shipped order have not left', left(2, false), ['goods-leave-once lost']],
  [
    'goods have left twice',
    { shipments: [...sound.shipments, ...sound.shipments.filter(({ hasLeft }) => hasLeft).slice(0, 1)] },
    ['goods-leave-once doubled'],
  ],
  [
    'more has left than was received',
    {
      shipments: changed(sound.shipments, ({ orderId }) => orderId === id('order', 2), {
        lines: [{ sku: 'C-1', quantity: 11 }],
      }),
    },
    ['goods-leave-once oversold'],
  ],
  [
    'a process waits for a person',
    {
      leftovers: {
        ...sound.leftovers,
        sagas: [{ name: 'orders.checkout', id: firstOrder, status: 'needs-attention', step: null, trouble: null }],
      },
    },
    ['nothing-is-left-over unended'],
  ],
  [
    'a message is parked',
    {
      leftovers: {
        ...sound.leftovers,
        parked: [{ context: 'inventory', subscription: 'stock-commits', key: firstOrder, problem: 'it failed' }],
      },
    },
    ['nothing-is-left-over stranded'],
  ],
  [
    'an event has failed and was not taken since',
    {
      leftovers: {
        ...sound.leftovers,
        failing: [{ context: 'inventory', subscription: 'stock-commits', message: 'an event', attempts: 2 }],
      },
    },
    ['nothing-is-left-over lost'],
  ],
  [
    'a subscription was not given everything',
    {
      leftovers: {
        ...sound.leftovers,
        behind: [{ producer: 'orders', subscription: 'notifications.order-mails', events: 1 }],
      },
    },
    ['nothing-is-left-over lost'],
  ],
  [
    'the reconciliation finds a difference',
    { reconciled: { ...sound.reconciled, differences: [{}], differenceCount: 1 } },
    ['books-agree unbalanced'],
  ],
  [
    'the reconciliation waits for an order',
    { reconciled: { ...sound.reconciled, pending: [{}], pendingCount: 1 } },
    ['books-agree unended'],
  ],
  [
    'the reconciliation has other sums',
    { reconciled: { ...sound.reconciled, confirmedOrdersMinor: 301 } },
    ['books-agree unbalanced'],
  ],
  [
    'a key of another host has ended an order',
    orders(3, { failure: { type: 'unauthenticated', detail: 'the message token is not valid' } }),
    ['rejections-are-business turned-away'],
  ],
  ['an order was rejected, and nobody knows why', withoutReason(3), ['rejections-are-business turned-away']],
  [
    'a card that is good was declined',
    {
      calls: changed(sound.calls, (call) => call.call === 'place' && call.orderId === id('order', 3), {
        token: 'tok_ok',
      }),
    },
    ['rejections-are-business turned-away'],
  ],
  [
    'there was too little of what there was enough of',
    orders(3, { failure: { type: 'out-of-stock', detail: '1 of C-1 were requested, 0 are available' } }),
    ['rejections-are-business turned-away'],
  ],
  [
    'the provider could not be reached, and nothing was wrong with it',
    {
      ...orders(3, unreachable),
      disturbances: [{ kind: 'kill-database', from: 50_000, until: 60_000 }],
    },
    ['rejections-are-business turned-away'],
  ],
  [
    'the provider could not be reached because of the broker, which it has nothing to do with',
    {
      calls: changed(sound.calls, (call) => call.call === 'place' && call.orderId === id('order', 3), {
        token: 'tok_ok',
      }),
      ...orders(3, unreachable),
      disturbances: [{ kind: 'kill-broker', from: 0, until: 10 }],
    },
    ['rejections-are-business turned-away'],
  ],
  ['a client was answered 500', { unexplained: ['POST /v1/orders: {}'] }, ['answers-are-explained stranded']],
  [
    'a host ended by itself',
    { badEndings: [{ host: 'orders', code: 1, output: 'out of memory' }] },
    ['hosts-stay stranded'],
  ],
];

function placingOf(number: number) {
  const found = sound.calls.find((call) => call.call === 'place' && call.orderId === id('order', number));
  if (found?.call !== 'place') throw new Error(`order ${number} was not placed`);
  return found;
}

function changeOf<C extends 'cancel' | 'dispatch' | 'deliver' | 'return'>(call: C) {
  return { call, key: `another ${call}`, status: 202, at: 0 };
}

describe('the checks of a run', () => {
  it('find nothing when everything went right', () => {
    expect(verdictOf(allChecks, sound)).toEqual([]);
  });

  it('find nothing in a rejection whose reason is the shop’s', () => {
    const rejected = (change: Partial<Sources>): readonly string[] =>
      verdictOf(allChecks, { ...sound, ...change }).map(({ check }) => check);
    const placedWith = (token: 'tok_down' | 'tok_ok', quantity = 1) =>
      changed(sound.calls, (call) => call.call === 'place' && call.orderId === id('order', 3), {
        token,
        lines: [{ sku: 'C-1', quantity }],
      });
    expect(rejected({ calls: placedWith('tok_down'), ...orders(3, unreachable) })).toEqual([]);
    // The books of the provider were away for a while.
    const disturbances = [{ kind: 'kill-database' as const, from: 0, until: 10 }];
    expect(rejected({ calls: placedWith('tok_ok'), ...orders(3, unreachable), disturbances })).toEqual([]);
    const outOfStock = { lines: [{ sku: 'C-1', quantity: 50 }], failure: { type: 'out-of-stock', detail: '' } };
    expect(rejected({ calls: placedWith('tok_ok', 50), ...orders(3, outOfStock) })).toEqual([]);
  });

  it.each(tampered)('%s: found', (_, tampering, expected) => {
    const found = verdictOf(allChecks, { ...sound, ...tampering }).map(({ check, harm }) => `${check} ${harm}`);
    expect(found.sort()).toEqual([...expected].sort());
  });

  it('can each fail', () => {
    const found = new Set(
      tampered.flatMap(([, tampering]) => verdictOf(allChecks, { ...sound, ...tampering })).map(({ check }) => check),
    );
    expect(found).toEqual(new Set(allChecks.map(({ id }) => id)));
  });
});
