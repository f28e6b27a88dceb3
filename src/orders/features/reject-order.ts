import { Aggregates } from '@isolith/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OrderDetails } from '../infra/order-details.js';
import { RejectOrder } from '../orders.contract.js';
import { now } from '../infra/now.js';
import { order } from '../infra/order-aggregate.js';

@CommandHandler(RejectOrder)
export class RejectOrderHandler implements ICommandHandler<RejectOrder> {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly details: OrderDetails,
  ) {}

  execute({ orderId, reason, detail }: RejectOrder): Promise<void> {
    return this.aggregates.change(order, orderId, { want: 'reject', reason, detail, at: now() }, () =>
      this.details.erase(orderId),
    );
  }
}
