import { Aggregates } from '@isolith/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SettleOrder } from '../orders.contract.js';
import { now } from '../infra/now.js';
import { order } from '../infra/order-aggregate.js';

@CommandHandler(SettleOrder)
export class SettleOrderHandler implements ICommandHandler<SettleOrder> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ orderId }: SettleOrder): Promise<void> {
    return this.aggregates.change(order, orderId, { want: 'settle', at: now() });
  }
}
