import { ContextDatabase } from '@isolith/journal';
import { owns } from '@isolith/message-bus';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ORDER_COLUMNS, OrderRow, viewOf } from '../infra/order-row.js';
import { GetOrder, OrderNotFound, type OrderView } from '../orders.contract.js';

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  constructor(private readonly database: ContextDatabase) {}

  async execute({ orderId }: GetOrder): Promise<OrderView> {
    const [row] = await this.database.query(
      OrderRow,
      `SELECT ${ORDER_COLUMNS} FROM orders.order_view WHERE order_id = $1`,
      [orderId],
    );
    // Another's order is not there: whether it exists is nobody else's business.
    if (row === undefined || !owns(row.customerId)) throw new OrderNotFound({ orderId });
    return viewOf(row);
  }
}
