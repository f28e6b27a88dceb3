import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { z } from 'zod';
import { Payments } from '../infra/payments.js';
import { GetPayment, PaymentNotFound, type PaymentView } from '../payments.contract.js';

@QueryHandler(GetPayment)
export class GetPaymentHandler implements IQueryHandler<GetPayment> {
  constructor(private readonly payments: Payments) {}

  async execute({ orderId }: GetPayment): Promise<z.output<typeof PaymentView>> {
    const payment = await this.payments.find(orderId);
    // A payment that was called off before it was asked for is none to look at.
    if (payment === undefined || payment.amountMinor === null || payment.currency === null)
      throw new PaymentNotFound({ orderId });
    const { paymentId, status, amountMinor, currency, capturedAt, refundedAt } = payment;
    return {
      paymentId,
      orderId,
      status,
      amountMinor,
      currency,
      ...(capturedAt === null ? {} : { capturedAt: capturedAt.toISOString() }),
      ...(refundedAt === null ? {} : { refundedAt: refundedAt.toISOString() }),
    };
  }
}
