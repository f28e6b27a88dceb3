import { ContextDatabase } from '@isolith/journal';
import { requireScope } from '@isolith/message-bus';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { cursorOf, placeOf } from '../infra/order-cursor.js';
import { ORDER_COLUMNS, OrderRow, viewOf } from '../infra/order-row.js';
import { ListOrders, type OrderView } from '../orders.contract.js';
import { seesAll, sendingUser } from '../infra/sender.js';

@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  constructor(private readonly database: ContextDatabase) {}

  async execute({
    status,
    customerId,
    limit,
    cursor,
  }: ListOrders): Promise<{ items: OrderView[]; nextCursor?: string }> {
    const after = cursor === undefined ? undefined : placeOf(cursor);
    const own = seesAll(requireScope().principal) ? null : sendingUser();
    // One more than asked for tells whether there is a next page.
    const rows = await this.database.query(
      OrderRow,
      `SELECT ${ORDER_COLUMNS} FROM orders.order_view
       WHERE ($1::uuid IS NULL OR customer_id = $1::uuid) AND ($2::uuid IS NULL OR customer_id = $2::uuid)
         AND ($3::text IS NULL OR status = $3::text)
         AND ($4::timestamptz IS NULL OR (placed_at, order_id) < ($4::timestamptz, $5::uuid))
       ORDER BY placed_at DESC, order_id DESC LIMIT $6`,
      [own, customerId ?? null, status ?? null, after?.placedAt ?? null, after?.orderId ?? null, limit + 1],
    );
    const page = rows.slice(0, limit);
    const items = page.map(viewOf);
    const last = page.at(-1);
    if (rows.length <= limit || last === undefined) return { items };
    return { items, nextCursor: cursorOf({ placedAt: last.placedAt.toISOString(), orderId: last.id }) };
  }
}
