import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RefuseCancellation } from '../orders.contract.js';
import { ChangeOrder } from '../infra/change-order.js';

@CommandHandler(RefuseCancellation)
export class RefuseCancellationHandler implements ICommandHandler<RefuseCancellation> {
  constructor(private readonly order: ChangeOrder) {}

  execute({ orderId }: RefuseCancellation): Promise<void> {
    return this.order.run(orderId, { want: 'refuse-cancellation' });
  }
}
