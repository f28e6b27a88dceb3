import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { Payments, type PaymentRow } from '../infra/payments.js';
import {
  ChargePayment,
  PaymentCaptured,
  PaymentDeclined,
  PaymentUnavailable,
  PaymentVoided,
} from '../payments.contract.js';
import { ProviderCalls, type ChargeOutcome } from '../infra/provider/provider-calls.js';

interface Charged {
  readonly paymentId: string;
  readonly settled?: boolean;
}

/**
 * Three phases. A crash between any two leaves the intent, and the next run asks the provider again with the same key.
 *
 *   (none) --intent--> pending --call--> --outcome--> captured | declined | unavailable | pending: it settles later
 *                         '--a refund is faster--> refunding: the charge no longer counts, whatever the provider says
 */
@CommandHandler(ChargePayment)
export class ChargePaymentHandler implements ICommandHandler<ChargePayment> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly payments: Payments,
    private readonly provider: ProviderCalls,
    private readonly events: EventBus,
  ) {}

  async execute({
    orderId,
    amountMinor,
    currency,
    paymentToken: token,
    maySettleLater = false,
  }: ChargePayment): Promise<Charged> {
    const payment = await this.unit.intent(() => this.payments.begin(orderId, amountMinor, currency));
    if (payment.status !== 'pending') return this.replyOf(payment);
    if (payment.amountMinor !== amountMinor || payment.currency !== currency) {
      throw new Error(
        `order ${orderId} is being charged ${payment.amountMinor} ${payment.currency}, not ${amountMinor} ${currency}`,
      );
    }
    const outcome = await this.provider.charge({ key: payment.providerKey, orderId, amountMinor, currency, token });
    if (outcome.state === 'captured') return this.captured(payment, amountMinor, currency);
    if (outcome.state === 'pending' && maySettleLater)
      return this.unit.run(async () => ({ paymentId: payment.paymentId, settled: false }));
    return this.replyOf(await this.unit.intent(() => this.refused(payment, outcome)));
  }

  private captured({ orderId, paymentId }: PaymentRow, amountMinor: number, currency: string): Promise<Charged> {
    return this.unit.run(async () => {
      const moved = await this.payments.move(orderId, 'pending', 'captured');
      if (moved !== undefined) {
        this.events.publish(new PaymentCaptured({ orderId, paymentId, amountMinor, currency }));
      } else {
        const status = (await this.payments.lock(orderId))?.status;
        // Another run of this command had given up by then: whoever gets this owes the refund.
        if (status === 'unavailable') throw new PaymentUnavailable({ orderId });
        // A refund came in between. It gives back what was captured.
        if (status !== 'captured') throw new PaymentVoided({ orderId });
      }
      return { paymentId };
    });
  }

  /** Committed as an intent, because the failure that follows would undo a unit that it is thrown in. */
  private async refused(
    payment: PaymentRow,
    outcome: Exclude<ChargeOutcome, { state: 'captured' }>,
  ): Promise<PaymentRow> {
    const { orderId } = payment;
    switch (outcome.state) {
      case 'declined':
        await this.payments.move(orderId, 'pending', 'declined', outcome.reason);
        break;
      case 'refunded':
      case 'voided':
        await this.payments.move(orderId, 'pending', 'void');
        break;
      default:
        await this.payments.move(orderId, 'pending', 'unavailable');
    }
    return (await this.payments.lock(orderId)) ?? payment;
  }

  /** What a payment that is no longer pending means to whoever asks for it. */
  private replyOf({ orderId, paymentId, status, reason }: PaymentRow): Promise<Charged> {
    switch (status) {
      case 'captured':
        return this.unit.run(async () => ({ paymentId }));
      case 'declined':
        throw new PaymentDeclined({ orderId, reason: reason ?? 'declined' });
      case 'unavailable':
        throw new PaymentUnavailable({ orderId });
      default:
        throw new PaymentVoided({ orderId });
    }
  }
}
