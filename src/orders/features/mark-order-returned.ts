import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MarkOrderReturned } from '../orders.contract.js';
import { ChangeOrder } from '../infra/change-order.js';

@CommandHandler(MarkOrderReturned)
export class MarkOrderReturnedHandler implements ICommandHandler<MarkOrderReturned> {
  constructor(private readonly order: ChangeOrder) {}

  execute({ orderId }: MarkOrderReturned): Promise<void> {
    return this.order.run(orderId, { want: 'mark-returned' });
  }
}
