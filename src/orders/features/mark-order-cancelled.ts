import { Aggregates } from '@isolith/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MarkOrderCancelled } from '../orders.contract.js';
import { now } from '../infra/now.js';
import { order } from '../infra/order-aggregate.js';

@CommandHandler(MarkOrderCancelled)
export class MarkOrderCancelledHandler implements ICommandHandler<MarkOrderCancelled> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ orderId }: MarkOrderCancelled): Promise<void> {
    return this.aggregates.change(order, orderId, { want: 'mark-cancelled', at: now() });
  }
}
