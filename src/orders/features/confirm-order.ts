import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OrderDetails } from '../infra/order-details.js';
import { ConfirmOrder } from '../orders.contract.js';
import { ChangeOrder } from '../infra/change-order.js';

@CommandHandler(ConfirmOrder)
export class ConfirmOrderHandler implements ICommandHandler<ConfirmOrder> {
  constructor(
    private readonly order: ChangeOrder,
    private readonly details: OrderDetails,
  ) {}

  execute({ orderId, paymentId, trackingNumber }: ConfirmOrder): Promise<void> {
    return this.order.run(orderId, { want: 'confirm', paymentId, trackingNumber }, () => this.details.erase(orderId));
  }
}
