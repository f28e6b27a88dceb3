import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SettleOrder } from '../orders.contract.js';
import { ChangeOrder } from '../infra/change-order.js';

@CommandHandler(SettleOrder)
export class SettleOrderHandler implements ICommandHandler<SettleOrder> {
  constructor(private readonly order: ChangeOrder) {}

  execute({ orderId }: SettleOrder): Promise<void> {
    return this.order.run(orderId, { want: 'settle' });
  }
}
