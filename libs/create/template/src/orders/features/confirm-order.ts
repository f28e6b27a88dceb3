import { Aggregates } from '@isolith/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { order } from '../infra/order-aggregate.js';
import { ConfirmOrder } from '../orders.contract.js';

@CommandHandler(ConfirmOrder)
export class ConfirmOrderHandler implements ICommandHandler<ConfirmOrder> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ orderId }: ConfirmOrder): Promise<void> {
    return this.aggregates.change(order, orderId, { want: 'confirm' });
  }
}
