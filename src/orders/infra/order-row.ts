import { z } from 'zod';
import { OrderFailure, OrderLine, OrderStatus, OrderView } from '../orders.contract.js';

export const ORDER_COLUMNS = `order_id AS "id", customer_id AS "customerId", status, lines, total_minor AS "totalMinor", currency,
  payment_id AS "paymentId", tracking_number AS "trackingNumber", history, failure, placed_at AS "placedAt"`;

/** PostgreSQL's bigint arrives as a string; totals are bounded far below what a number holds exactly. */
export const OrderRow = z.object({
  id: z.string(),
  customerId: z.string(),
  status: OrderStatus,
  lines: z.array(OrderLine),
  totalMinor: z.coerce.number().int(),
  currency: z.string(),
  paymentId: z.string().nullable(),
  trackingNumber: z.string().nullable(),
  history: OrderView.shape.history,
  failure: OrderFailure.nullable(),
  placedAt: z.date(),
});
export type OrderRow = z.output<typeof OrderRow>;

/** JSON has no undefined: what an order does not have is left out. */
export function viewOf({
  id,
  customerId,
  status,
  lines,
  totalMinor,
  currency,
  paymentId,
  trackingNumber,
  history,
  failure,
}: OrderRow): OrderView {
  return {
    id,
    customerId,
    status,
    lines,
    totalMinor,
    currency,
    history,
    ...(paymentId === null ? {} : { paymentId }),
    ...(trackingNumber === null ? {} : { trackingNumber }),
    ...(failure === null ? {} : { failure }),
  };
}
