import { UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { PaymentRefunded, PaymentSettled, RefundUnavailable } from '../payments.contract.js';
import { isNoAnswer, ProviderCalls } from './provider/provider-calls.js';
import { Payments, type PaymentRow } from './payments.js';

/**
 * Gives back what an order has paid, in the three phases of an external effect.
 *
 *   pending | captured | unavailable --intent--> refunding --call--> --outcome--> refunded | void
 *   declined, refunded, void: nothing is held, nothing is done
 */
@Injectable()
export class Refunds {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly payments: Payments,
    private readonly provider: ProviderCalls,
    private readonly events: EventBus,
  ) {}

  /** Completes the message that is being handled. Throws RefundUnavailable when the provider does not answer. */
  async refund(orderId: string): Promise<void> {
    const payment = await this.unit.intent(() => this.intend(orderId));
    if (payment?.status !== 'refunding') return this.unit.run(async () => undefined);
    const answer = await this.ask(payment);
    await this.unit.run(() => this.settle(payment, answer));
  }

  /**
   * The lock decides between a refund and a charge that is being made: whoever is second sees what the first has done.
   */
  private async intend(orderId: string): Promise<PaymentRow | undefined> {
    // Nothing was asked for yet, and now nothing will be. If a charge begins at this very moment, one of the two waits
    // here.
    if (await this.payments.insertVoid(orderId)) return undefined;
    const payment = await this.payments.lock(orderId);
    switch (payment?.status) {
      case 'pending': {
        // Money that may be on its way is waited for.
        this.events.publish(new PaymentSettled({ orderId, paymentId: payment.paymentId, captured: false }));
        return this.payments.move(orderId, payment.status, 'refunding');
      }
      case 'captured':
      case 'unavailable':
        return this.payments.move(orderId, payment.status, 'refunding');
      default:
        return payment;
    }
  }

  private async ask({ orderId, providerKey }: PaymentRow): Promise<'refunded' | 'voided'> {
    try {
      return await this.provider.refund(providerKey, orderId);
    } catch (error) {
      if (isNoAnswer(error)) throw new RefundUnavailable({ orderId });
      throw error;
    }
  }

  private async settle(
    { orderId, paymentId, amountMinor, currency }: PaymentRow,
    answer: 'refunded' | 'voided',
  ): Promise<void> {
    const moved = await this.payments.move(orderId, 'refunding', answer === 'refunded' ? 'refunded' : 'void');
    // A twin was faster, or there was nothing to give back.
    if (moved === undefined || answer === 'voided' || amountMinor === null || currency === null) return;
    this.events.publish(new PaymentRefunded({ orderId, paymentId, amountMinor, currency }));
  }
}
