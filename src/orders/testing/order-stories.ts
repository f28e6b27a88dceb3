import {
  OrderCancellationRefused,
  OrderCancellationRequested,
  OrderCancelled,
  OrderConfirmed,
  OrderDelivered,
  OrderPlaced,
  OrderRejected,
  OrderReturned,
  OrderReturnRequested,
  OrderSettled,
  OrderShipped,
} from '../orders.contract.js';
import type { OrderEvent } from '../domain/events.js';
import type { Intent } from '../domain/intents.js';

export const orderId = '0b6c7d7e-5a55-4d2a-9a53-3f0a3b1e6a01';
export const customerId = '7d1f6a52-97a4-4d54-8d38-0f4a6c2b7e02';
export const shipmentId = '2f0c1be0-67f5-4c2e-8f43-1a9d0f6e5b03';
export const paymentId = '9a4e3a86-0f0a-4f64-b1b5-6d1f0c3a8d04';
export const trackingNumber = 'TRK0001';
export const at = '2026-11-20T10:00:00.000Z';

const about = { orderId, customerId, at };
export const content = {
  lines: [{ sku: 'MUG-001', name: 'Mug', quantity: 2, unitPriceMinor: 1250 }],
  totalMinor: 2500,
  currency: 'EUR',
};

/** Every event that can stand in the stream of the one order that the specs are about. */
export const happened = {
  placed: new OrderPlaced({ ...about, ...content }),
  confirmed: new OrderConfirmed({ ...about, paymentId, trackingNumber, totalMinor: 2500, currency: 'EUR' }),
  rejected: new OrderRejected({ ...about, reason: 'out-of-stock', detail: 'no mugs', remedy: 'other-goods' }),
  cancellationRequested: new OrderCancellationRequested(about),
  cancellationRefused: new OrderCancellationRefused(about),
  cancelled: new OrderCancelled(about),
  settled: new OrderSettled(about),
  shipped: new OrderShipped({ ...about, shipmentId }),
  delivered: new OrderDelivered({ ...about, shipmentId }),
  returnRequested: new OrderReturnRequested(about),
  returned: new OrderReturned(about),
} as const;

/** What an order has lived through when it is in a state, by the state's name. */
export const stories = {
  'never placed': [],
  pending: [happened.placed],
  rejected: [happened.placed, happened.rejected],
  'cancelled while pending': [happened.placed, happened.cancelled],
  'cancelled while pending and settled': [happened.placed, happened.cancelled, happened.settled],
  confirmed: [happened.placed, happened.confirmed],
  'being cancelled': [happened.placed, happened.confirmed, happened.cancellationRequested],
  'too late to cancel': [
    happened.placed,
    happened.confirmed,
    happened.cancellationRequested,
    happened.cancellationRefused,
  ],
  'cancelled after confirmation': [
    happened.placed,
    happened.confirmed,
    happened.cancellationRequested,
    happened.cancelled,
  ],
  shipped: [happened.placed, happened.confirmed, happened.shipped],
  'shipped while being cancelled': [
    happened.placed,
    happened.confirmed,
    happened.cancellationRequested,
    happened.shipped,
  ],
  delivered: [happened.placed, happened.confirmed, happened.shipped, happened.delivered],
  'being returned': [
    happened.placed,
    happened.confirmed,
    happened.shipped,
    happened.delivered,
    happened.returnRequested,
  ],
  returned: [
    happened.placed,
    happened.confirmed,
    happened.shipped,
    happened.delivered,
    happened.returnRequested,
    happened.returned,
  ],
} as const satisfies Record<string, readonly OrderEvent[]>;

export type Story = keyof typeof stories;

export const intents = {
  place: { want: 'place', orderId, customerId, ...content, at },
  confirm: { want: 'confirm', paymentId, trackingNumber, at },
  reject: { want: 'reject', reason: 'out-of-stock', detail: 'no mugs', at },
  cancel: { want: 'cancel', at },
  'mark-cancelled': { want: 'mark-cancelled', at },
  'refuse-cancellation': { want: 'refuse-cancellation', at },
  settle: { want: 'settle', at },
  ship: { want: 'ship', shipmentId, at },
  deliver: { want: 'deliver', shipmentId, at },
  'request-return': { want: 'request-return', at },
  'mark-returned': { want: 'mark-returned', at },
} as const satisfies { readonly [W in Intent['want']]: Intent & { want: W } };
