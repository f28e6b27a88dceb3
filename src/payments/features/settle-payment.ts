import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { Payments, type PaymentRow } from '../infra/payments.js';
import type { ChargeState } from '../infra/provider/payment-provider.js';
import { isNoAnswer, ProviderCalls } from '../infra/provider/provider-calls.js';
import {
  PaymentCaptured,
  PaymentDeclined,
  PaymentNotFound,
  PaymentSettled,
  PaymentUnsettled,
  PaymentVoided,
  SettlementUnavailable,
  SettlePayment,
} from '../payments.contract.js';

/** Asks first, writes then: to ask changes nothing at the provider, so there is no intent to keep. */
@CommandHandler(SettlePayment)
export class SettlePaymentHandler implements ICommandHandler<SettlePayment> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly payments: Payments,
    private readonly provider: ProviderCalls,
    private readonly events: EventBus,
  ) {}

  async execute({ orderId }: SettlePayment): Promise<void> {
    const payment = await this.payments.find(orderId);
    if (payment === undefined) throw new PaymentNotFound({ orderId });
    const settled = payment.status === 'pending' ? await this.settled(payment) : payment;
    switch (settled.status) {
      case 'captured':
        return this.unit.run(async () => undefined);
      case 'pending':
        throw new PaymentUnsettled({ orderId });
      case 'declined':
        throw new PaymentDeclined({ orderId, reason: settled.reason ?? 'declined' });
      default:
        throw new PaymentVoided({ orderId });
    }
  }

  private async settled(payment: PaymentRow): Promise<PaymentRow> {
    const state = await this.ask(payment);
    if (state.state === 'pending' || state.state === 'none') return payment;
    // Committed as an intent, because a failure that follows would undo a unit that it is thrown in.
    return this.unit.intent(() => this.record(payment, state));
  }

  private async ask({ orderId, providerKey }: PaymentRow): Promise<ChargeState> {
    try {
      return await this.provider.lookup(providerKey);
    } catch (error) {
      if (isNoAnswer(error)) throw new SettlementUnavailable({ orderId });
      throw error;
    }
  }

  /** A refund, or another run of this, may have been faster: then its outcome counts. */
  private async record(payment: PaymentRow, state: ChargeState): Promise<PaymentRow> {
    const { orderId, paymentId, amountMinor, currency } = payment;
    const captured = state.state === 'captured';
    const moved =
      state.state === 'declined'
        ? await this.payments.move(orderId, 'pending', 'declined', state.reason)
        : await this.payments.move(orderId, 'pending', captured ? 'captured' : 'void');
    if (moved === undefined) return (await this.payments.lock(orderId)) ?? payment;
    if (captured && amountMinor !== null && currency !== null)
      this.events.publish(new PaymentCaptured({ orderId, paymentId, amountMinor, currency }));
    this.events.publish(new PaymentSettled({ orderId, paymentId, captured }));
    return moved;
  }
}
