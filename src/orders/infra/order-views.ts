import type { InlineView } from '@isolith/event-sourcing';
import { UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import type { OrderEvent } from '../domain/events.js';
import type { Order } from '../domain/order.js';
import { order } from './order-aggregate.js';

/**
 * What is shown of orders. Written in the unit that records the events, so whoever changed an order reads its change.
 * Needs an open unit of work.
 */
@Injectable()
export class OrderViews implements InlineView {
  readonly of = order;

  constructor(private readonly unit: UnitOfWork) {}

  apply(event: OrderEvent, state: Order): void {
    if (!state.placed) throw new Error('an event of an order was recorded before the order was placed');
    const { status, settled } = state;
    if (event.type === 'orders.order-placed') {
      const { orderId, customerId, lines, totalMinor, currency, at } = event;
      this.unit.write(
        `INSERT INTO orders.order_view (order_id, customer_id, status, lines, total_minor, currency, history, settled, placed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        [
          orderId,
          customerId,
          status,
          JSON.stringify(lines),
          totalMinor,
          currency,
          historyEntry(status, at),
          settled,
          at,
        ],
      );
      return;
    }
    const { paymentId, trackingNumber, failure } = detailsOf(event);
    this.unit.write(
      `UPDATE orders.order_view SET
         -- What changes no status is no entry in the history that a customer sees.
         history = CASE WHEN status = $2 THEN history ELSE history || $3::jsonb END,
         status = $2, settled = $4,
         payment_id = coalesce($5, payment_id), tracking_number = coalesce($6, tracking_number), failure = coalesce($7::jsonb, failure)
       WHERE order_id = $1`,
      [event.orderId, status, historyEntry(status, event.at), settled, paymentId, trackingNumber, failure],
    );
  }
}

const historyEntry = (status: string, at: string): string => JSON.stringify([{ status, at }]);

const NOTHING = { paymentId: null, trackingNumber: null, failure: null };

/** Columns that only one event sets; null leaves a column as it is. */
function detailsOf(event: OrderEvent): {
  paymentId: string | null;
  trackingNumber: string | null;
  failure: string | null;
} {
  switch (event.type) {
    case 'orders.order-confirmed':
      return { ...NOTHING, paymentId: event.paymentId, trackingNumber: event.trackingNumber };
    case 'orders.order-rejected':
      return { ...NOTHING, failure: JSON.stringify({ type: event.reason, detail: event.detail }) };
    default:
      return NOTHING;
  }
}
