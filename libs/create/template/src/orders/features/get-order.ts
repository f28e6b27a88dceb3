import { Aggregates } from '@isolith/event-sourcing';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { requirePlaced } from '../domain/order.js';
import { order } from '../infra/order-aggregate.js';
import { GetOrder, type OrderView } from '../orders.contract.js';

@QueryHandler(GetOrder)
export class GetOrderHandler implements IQueryHandler<GetOrder> {
  constructor(private readonly aggregates: Aggregates) {}

  async execute({ orderId }: GetOrder): Promise<OrderView> {
    const { state } = await this.aggregates.load(order, orderId);
    return requirePlaced(state, orderId);
  }
}
