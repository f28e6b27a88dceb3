import { Aggregates } from '@isolith/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { order } from '../infra/order-aggregate.js';
import { RejectOrder } from '../orders.contract.js';

@CommandHandler(RejectOrder)
export class RejectOrderHandler implements ICommandHandler<RejectOrder> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ orderId, reason }: RejectOrder): Promise<void> {
    return this.aggregates.change(order, orderId, { want: 'reject', reason });
  }
}
