import type { Page } from '@isolith/contracts';
import { ProjectionBehindError, Projections } from '@isolith/event-sourcing';
import { ownOnly } from '@isolith/message-bus';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { orderList } from '../infra/order-list.js';
import { orderPages } from '../infra/order-pages.js';
import { ORDER_COLUMNS, OrderRow, viewOf } from '../infra/order-row.js';
import { ListOrders, type OrderView } from '../orders.contract.js';

/** After that the list is shown as it is. */
const SHOWN_WITHIN_MS = 1_000;

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  constructor(private readonly projections: Projections) {}

  async execute({ status, customerId, limit, cursor }: ListOrders): Promise<Page<OrderView>> {
    const [placedAt = null, orderId = null] = orderPages.after(cursor) ?? [];
    const own = ownOnly() ?? null;
    await this.shown();
    // One more than asked for tells whether there is a next page.
    const rows = await this.projections.query(
      orderList,
      OrderRow,
      (table) => `SELECT ${ORDER_COLUMNS} FROM ${table}
       WHERE ($1::uuid IS NULL OR customer_id = $1::uuid) AND ($2::uuid IS NULL OR customer_id = $2::uuid)
         AND ($3::text IS NULL OR status = $3::text)
         AND ($4::timestamptz IS NULL OR (placed_at, order_id) < ($4::timestamptz, $5::uuid))
       ORDER BY placed_at DESC, order_id DESC LIMIT $6`,
      [own, customerId ?? null, status ?? null, placedAt, orderId, limit + 1],
    );
    return orderPages.cut(rows, limit, viewOf, (last) => [last.placedAt.toISOString(), last.id]);
  }
  /** Whoever placed an order looks for it in the list. One that is a little late is better than none. */
  private async shown(): Promise<void> {
    try {
      await this.projections.caughtUp(orderList, { withinMs: SHOWN_WITHIN_MS });
    } catch (error) {
      if (!(error instanceof ProjectionBehindError)) throw error;
    }
  }
}
