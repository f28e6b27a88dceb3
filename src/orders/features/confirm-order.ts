import { Aggregates } from '@isolith/event-sourcing';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OrderDetails } from '../infra/order-details.js';
import { ConfirmOrder } from '../orders.contract.js';
import { now } from '../infra/now.js';
import { order } from '../infra/order-aggregate.js';

@CommandHandler(ConfirmOrder)
export class ConfirmOrderHandler implements ICommandHandler<ConfirmOrder> {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly details: OrderDetails,
  ) {}

  execute({ orderId, paymentId, trackingNumber }: ConfirmOrder): Promise<void> {
    return this.aggregates.change(order, orderId, { want: 'confirm', paymentId, trackingNumber, at: now() }, () =>
      this.details.erase(orderId),
    );
  }
}
