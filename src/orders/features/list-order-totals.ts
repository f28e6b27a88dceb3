import { ContextDatabase } from '@isolith/journal';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { ListOrderTotals, OrderStatus, type OrderTotal } from '../orders.contract.js';

const TotalRow = z.object({
  orderId: z.string(),
  status: OrderStatus,
  totalMinor: z.coerce.number().int(),
  currency: z.string(),
  settled: z.boolean(),
});

@QueryHandler(ListOrderTotals)
export class ListOrderTotalsHandler implements IQueryHandler<ListOrderTotals> {
  constructor(private readonly database: ContextDatabase) {}

  async execute({ limit, cursor }: ListOrderTotals): Promise<{ items: OrderTotal[]; nextCursor?: string }> {
    const rows = await this.database.query(
      TotalRow,
      `SELECT order_id AS "orderId", status, total_minor AS "totalMinor", currency, settled FROM orders.order_view
       WHERE $1::uuid IS NULL OR order_id > $1::uuid ORDER BY order_id LIMIT $2`,
      [cursor ?? null, limit + 1],
    );
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    return rows.length > limit && last !== undefined ? { items, nextCursor: last.orderId } : { items };
  }
}
