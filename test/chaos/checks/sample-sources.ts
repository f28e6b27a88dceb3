import type { AcceptedPlacing } from '../client/call-log.js';
import type { Token } from '../plan/run-plan.js';
import type { OrderSeen } from '../sources/orders-seen.js';
import type { Sources } from '../sources/sources.js';

/** A made-up id that says what it is of: `id('order', 1)`. */
export const id = (of: 'order' | 'user' | 'key', number: number): string =>
  `0000000${['order', 'user', 'key'].indexOf(of)}-0000-4000-8000-${String(number).padStart(12, '0')}`;

const CUSTOMER = id('user', 1);
const SKU = 'C-1';

const placing = (number: number, quantity: number, token: Token): AcceptedPlacing => ({
  call: 'place',
  key: id('key', number),
  status: 202,
  at: 0,
  orderId: id('order', number),
  customerId: CUSTOMER,
  lines: [{ sku: SKU, quantity }],
  token,
});

const order = (number: number, quantity: number, ...history: OrderSeen['status'][]): OrderSeen => ({
  id: id('order', number),
  customerId: CUSTOMER,
  status: history.at(-1) ?? 'pending',
  lines: [{ sku: SKU, quantity }],
  totalMinor: quantity * 100,
  history: (['pending', ...history] as const).map((status) => ({ status })),
  ...(history.at(-1) === 'rejected' ? { failure: { type: 'payment-declined', detail: 'the card was declined' } } : {}),
});

const notice = (number: number, kind: string) => ({
  kind,
  userId: CUSTOMER,
  key: id('key', 100 * number + kind.length),
  orderId: id('order', number),
});

const change = (call: 'cancel' | 'refund' | 'dispatch' | 'deliver' | 'return', number: number) =>
  ({ call, key: `${call}-${number}`, status: 202, at: 0, orderId: id('order', number) }) as const;

/**
 * The sources of a run in which everything went right:
 * order 1 confirmed (2 pieces), 2 shipped (1), 3 rejected, 4 cancelled after a refund (3), 5 returned (1); 10 pieces
 * received.
 */
export const soundSources = (): Sources => ({
  calls: [
    { call: 'receive', key: 'receipt', status: 201, at: 0, sku: SKU, quantity: 10 },
    placing(1, 2, 'tok_ok'),
    placing(1, 2, 'tok_ok'),
    placing(2, 1, 'tok_slow'),
    change('dispatch', 2),
    change('cancel', 2),
    placing(3, 1, 'tok_declined'),
    placing(4, 3, 'tok_flaky'),
    change('refund', 4),
    change('cancel', 4),
    placing(5, 1, 'tok_ok'),
    change('dispatch', 5),
    change('deliver', 5),
    change('return', 5),
  ],
  orders: [
    order(1, 2, 'confirmed'),
    order(2, 1, 'confirmed', 'shipped'),
    order(3, 1, 'rejected'),
    order(4, 3, 'confirmed', 'cancelled'),
    order(5, 1, 'confirmed', 'shipped', 'delivered', 'returned'),
  ],
  ledger: [
    { key: id('key', 11), orderId: id('order', 1), capturedMinor: 200, refundedMinor: 0 },
    { key: id('key', 12), orderId: id('order', 2), capturedMinor: 100, refundedMinor: 0 },
    { key: id('key', 13), orderId: id('order', 3), capturedMinor: 0, refundedMinor: 0 },
    { key: id('key', 14), orderId: id('order', 4), capturedMinor: 300, refundedMinor: 300 },
    { key: id('key', 15), orderId: id('order', 5), capturedMinor: 100, refundedMinor: 100 },
  ],
  notices: [
    notice(1, 'order-confirmed'),
    notice(1, 'order-confirmed'),
    notice(2, 'order-confirmed'),
    notice(2, 'order-shipped'),
    notice(3, 'order-rejected'),
    notice(4, 'order-confirmed'),
    notice(4, 'order-cancelled'),
    notice(5, 'order-confirmed'),
    notice(5, 'order-shipped'),
    notice(5, 'order-delivered'),
    notice(5, 'order-returned'),
    { kind: 'stock-low', userId: id('user', 9), key: id('key', 9) },
  ],
  stock: [{ sku: SKU, onHand: 9, reserved: 2, available: 7 }],
  shipments: [
    { orderId: id('order', 1), hasLeft: false, lines: [{ sku: SKU, quantity: 2 }] },
    { orderId: id('order', 2), hasLeft: true, lines: [{ sku: SKU, quantity: 1 }] },
    { orderId: id('order', 4), hasLeft: false, lines: [{ sku: SKU, quantity: 3 }] },
    { orderId: id('order', 5), hasLeft: true, lines: [{ sku: SKU, quantity: 1 }] },
  ],
  leftovers: { sagas: [], parked: [], failing: [], behind: [] },
  reconciled: {
    capturedMinor: 700,
    refundedMinor: 400,
    confirmedOrdersMinor: 300,
    pending: [],
    differences: [],
    pendingCount: 0,
    differenceCount: 0,
  },
  badEndings: [],
  disturbances: [],
  unexplained: [],
});
