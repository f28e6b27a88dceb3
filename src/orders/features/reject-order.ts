import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OrderDetails } from '../infra/order-details.js';
import { RejectOrder } from '../orders.contract.js';
import { ChangeOrder } from '../infra/change-order.js';

@CommandHandler(RejectOrder)
export class RejectOrderHandler implements ICommandHandler<RejectOrder> {
  constructor(
    private readonly order: ChangeOrder,
    private readonly details: OrderDetails,
  ) {}

  execute({ orderId, reason, detail }: RejectOrder): Promise<void> {
    return this.order.run(orderId, { want: 'reject', reason, detail }, () => this.details.erase(orderId));
  }
}
