import { z } from 'zod';
import type { Client } from '../../support/client.js';
import { order, orderStatus, pageOf } from '../../support/shapes.js';

/** What a verdict needs of an order as its customer sees it. */
const seen = z.object({
  id: z.uuid(),
  customerId: z.uuid(),
  status: orderStatus,
  lines: z.array(z.object({ sku: z.string(), quantity: z.int() })),
  totalMinor: z.int(),
  history: z.array(z.object({ status: orderStatus })),
  failure: z.object({ type: z.string(), detail: z.string() }).optional(),
});
export type OrderSeen = z.output<typeof seen>;

const page = pageOf(order);
const LIMIT = 100;

/** Every order of the shop, page by page. */
export async function ordersSeen(support: Client): Promise<OrderSeen[]> {
  const orders: OrderSeen[] = [];
  for (let cursor = ''; ;) {
    const { items, nextCursor } = await support.expect(200, page, support.get(`/v1/orders?limit=${LIMIT}${cursor}`));
    orders.push(...items.map((item) => seen.parse(item)));
    if (nextCursor === undefined) return orders;
    cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
  }
}
