import { currentPrincipal } from '@isolith/message-bus';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Payments } from '../infra/payments.js';
import { Refunds } from '../infra/refunds.js';
import { PaymentNotFound, RefundPayment } from '../payments.contract.js';

@CommandHandler(RefundPayment)
export class RefundPaymentHandler implements ICommandHandler<RefundPayment> {
  constructor(
    private readonly payments: Payments,
    private readonly refunds: Refunds,
  ) {}

  async execute({ orderId }: RefundPayment): Promise<void> {
    // A checkout knows its order and may call its payment off before it was asked for; a person may have mistyped.
    const known = currentPrincipal().service === 'orders' || (await this.payments.find(orderId)) !== undefined;
    if (!known) throw new PaymentNotFound({ orderId });
    await this.refunds.refund(orderId);
  }
}
