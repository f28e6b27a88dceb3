import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MarkOrderCancelled } from '../orders.contract.js';
import { ChangeOrder } from '../infra/change-order.js';

@CommandHandler(MarkOrderCancelled)
export class MarkOrderCancelledHandler implements ICommandHandler<MarkOrderCancelled> {
  constructor(private readonly order: ChangeOrder) {}

  execute({ orderId }: MarkOrderCancelled): Promise<void> {
    return this.order.run(orderId, { want: 'mark-cancelled' });
  }
}
