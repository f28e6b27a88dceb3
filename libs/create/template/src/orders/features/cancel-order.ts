import { Aggregates } from '@isolith/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { order } from '../infra/order-aggregate.js';
import { CancelOrder } from '../orders.contract.js';

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ orderId }: CancelOrder): Promise<void> {
    return this.aggregates.change(order, orderId, { want: 'cancel' });
  }
}
