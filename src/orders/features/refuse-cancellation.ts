import { Aggregates } from '@isolith/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RefuseCancellation } from '../orders.contract.js';
import { now } from '../infra/now.js';
import { order } from '../infra/order-aggregate.js';

@CommandHandler(RefuseCancellation)
export class RefuseCancellationHandler implements ICommandHandler<RefuseCancellation> {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ orderId }: RefuseCancellation): Promise<void> {
    return this.aggregates.change(order, orderId, { want: 'refuse-cancellation', at: now() });
  }
}
