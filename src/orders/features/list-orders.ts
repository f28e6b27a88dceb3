import type { Page } from '@isolith/contracts';
import { ContextDatabase } from '@isolith/journal';
import { currentPrincipal, currentUser } from '@isolith/message-bus';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { orderPages } from '../infra/order-pages.js';
import { ORDER_COLUMNS, OrderRow, viewOf } from '../infra/order-row.js';
import { ListOrders, type OrderView } from '../orders.contract.js';
import { seesAll } from '../infra/sender.js';

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  constructor(private readonly database: ContextDatabase) {}

  async execute({ status, customerId, limit, cursor }: ListOrders): Promise<Page<OrderView>> {
    const [placedAt = null, orderId = null] = orderPages.after(cursor) ?? [];
    const own = seesAll(currentPrincipal()) ? null : currentUser();
    // One more than asked for tells whether there is a next page.
    const rows = await this.database.query(
      OrderRow,
      `SELECT ${ORDER_COLUMNS} FROM orders.order_view
       WHERE ($1::uuid IS NULL OR customer_id = $1::uuid) AND ($2::uuid IS NULL OR customer_id = $2::uuid)
         AND ($3::text IS NULL OR status = $3::text)
         AND ($4::timestamptz IS NULL OR (placed_at, order_id) < ($4::timestamptz, $5::uuid))
       ORDER BY placed_at DESC, order_id DESC LIMIT $6`,
      [own, customerId ?? null, status ?? null, placedAt, orderId, limit + 1],
    );
    return orderPages.cut(rows, limit, viewOf, (last) => [last.placedAt.toISOString(), last.id]);
  }
}
