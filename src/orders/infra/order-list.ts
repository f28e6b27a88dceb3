import { projection } from '@isolith/event-sourcing';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderDelivered,
  OrderPlaced,
  OrderRejected,
  OrderReturned,
  OrderShipped,
  type OrderStatus,
} from '../orders.contract.js';

const STATUS_AFTER = {
  'orders.order-confirmed': 'confirmed',
  'orders.order-rejected': 'rejected',
  'orders.order-cancelled': 'cancelled',
  'orders.order-shipped': 'shipped',
  'orders.order-delivered': 'delivered',
  'orders.order-returned': 'returned',
} as const satisfies Record<string, OrderStatus>;

/** Orders as lists show them: follows what was recorded, and can be built anew from that. */
export const orderList = projection({
  name: 'order-list',
  version: 1,
  events: [OrderPlaced, OrderConfirmed, OrderRejected, OrderCancelled, OrderShipped, OrderDelivered, OrderReturned],
  table: (name) => [
    `CREATE TABLE ${name} (
      order_id uuid PRIMARY KEY,
      customer_id uuid NOT NULL,
      status text NOT NULL,
      lines jsonb NOT NULL,
      total_minor bigint NOT NULL,
      currency text NOT NULL,
      payment_id uuid,
      tracking_number text,
      failure jsonb,
      history jsonb NOT NULL,
      placed_at timestamptz NOT NULL
    )`,
    `CREATE INDEX ON ${name} (placed_at DESC, order_id DESC)`,
    `CREATE INDEX ON ${name} (customer_id, placed_at DESC, order_id DESC)`,
  ],
  apply: (event, { table, write }) => {
    if (event.type === 'orders.order-placed') {
      const { orderId, customerId, lines, totalMinor, currency, at } = event;
      write(
        `INSERT INTO ${table} (order_id, customer_id, status, lines, total_minor, currency, history, placed_at)
         VALUES ($1, $2, 'pending', $3, $4, $5, $6, $7)`,
        [orderId, customerId, JSON.stringify(lines), totalMinor, currency, entry('pending', at), at],
      );
      return;
    }
    const status = STATUS_AFTER[event.type];
    write(`UPDATE ${table} SET status = $2, history = history || $3::jsonb WHERE order_id = $1`, [
      event.orderId,
      status,
      entry(status, event.at),
    ]);
    if (event.type === 'orders.order-confirmed')
      write(`UPDATE ${table} SET payment_id = $2, tracking_number = $3 WHERE order_id = $1`, [
        event.orderId,
        event.paymentId,
        event.trackingNumber,
      ]);
    if (event.type === 'orders.order-rejected')
      write(`UPDATE ${table} SET failure = $2 WHERE order_id = $1`, [
        event.orderId,
        JSON.stringify({ type: event.reason, detail: event.detail }),
      ]);
  },
});

const entry = (status: OrderStatus, at: string): string => JSON.stringify([{ status, at }]);
