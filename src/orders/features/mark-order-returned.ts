import { Aggregates } from '@isolith/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MarkOrderReturned } from '../orders.contract.js';
import { now } from '../infra/now.js';
import { order } from '../infra/order-aggregate.js';

@CommandHandler(MarkOrderReturned)
export class MarkOrderReturnedHandler implements ICommandHandler<MarkOrderReturned> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ orderId }: MarkOrderReturned): Promise<void> {
    return this.aggregates.change(order, orderId, { want: 'mark-returned', at: now() });
  }
}
