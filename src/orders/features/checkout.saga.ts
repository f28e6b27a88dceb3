import { saga } from '@isolith/saga';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ReleaseStock, ReserveStock } from '../../inventory/inventory.contract.js';
import {
  ChargePayment,
  PaymentSettled,
  PaymentUnavailable,
  PaymentVoided,
  RefundPayment,
  SettlePayment,
} from '../../payments/payments.contract.js';
import { CancelShipment, CreateShipment } from '../../shipments/shipments.contract.js';
import { OrderDetails } from '../infra/order-details.js';
import { ConfirmOrder, OrderFailure, RejectOrder, RequestedLine } from '../orders.contract.js';

/** No personal data: token and address are read from the order's details by the step that sends them. */
export const CheckoutState = z.object({
  orderId: z.uuid(),
  lines: z.array(RequestedLine),
  totalMinor: z.int(),
  currency: z.string(),
  paymentId: z.uuid().optional(),
  /** The provider has taken the payment on, and the money is on its way. */
  settlesLater: z.boolean().optional(),
  trackingNumber: z.string().optional(),
});
type CheckoutState = z.output<typeof CheckoutState>;

/** A charge asks a slow provider several times before it gives up. */
const CHARGE_TIMEOUT_MS = 25_000;

/**
 * Goods are not kept for a customer for longer than this, and the time in which the money may come. Only an outage that
 * nobody has attended to takes so long, and while it lasts the order waits: a host that is away is no reason to turn a
 * customer down.
 */
const DEADLINE_MS = 24 * 60 * 60_000;

const HOUR_MS = 60 * 60_000;
/** Money that is on its way is asked for four times at least, and so often at most. */
const [FEWEST_ASKS, MOST_ASKS] = [4, 48];
/**
 * Whether it has come is asked for two hours when that can't be told at the end: an outage turns nobody down at once.
 */
const SETTLE_RETRY = { attempts: 30, initialDelayMs: 1_000, maxDelayMs: 5 * 60_000 };

/** How long money that comes later may take (`PAYMENT_SETTLES_WITHIN_MS`). */
@Injectable()
export class Settlement {
  constructor(readonly withinMs: number) {}

  /** Hourly, where that is not too often. */
  get remindEveryMs(): number {
    const { withinMs } = this;
    return Math.floor(Math.max(Math.min(HOUR_MS, withinMs / FEWEST_ASKS), withinMs / MOST_ASKS));
  }

  /** The last time is after the wait. */
  get reminders(): number {
    return Math.ceil(this.withinMs / this.remindEveryMs) - 1;
  }
}

@Injectable()
export class CheckoutSaga {
  constructor(
    @Inject(OrderDetails) private readonly details: Pick<OrderDetails, 'paymentToken' | 'address'>,
    private readonly settlement: Settlement,
  ) {}

  readonly definition = saga({
    name: 'orders.checkout',
    version: 2,
    // Those of version 1 have nothing that is due in another place: all their payments settle at once.
    upcasters: [{ from: 1, up: (state) => ({ ...state }) }],
    deadlineMs: DEADLINE_MS + this.settlement.withinMs,
    state: CheckoutState,
    steps: (step) => [
      step({
        name: 'reserve-stock',
        invoke: ({ orderId, lines }) => new ReserveStock({ orderId, lines }),
        compensate: ({ orderId }) => new ReleaseStock({ orderId }),
      }),
      step({
        name: 'charge-payment',
        invoke: async ({ orderId, totalMinor: amountMinor, currency }) =>
          new ChargePayment({
            orderId,
            amountMinor,
            currency,
            paymentToken: await this.details.paymentToken(orderId),
            maySettleLater: true,
          }),
        extend: (state, { paymentId, settled = true }) => ({
          ...state,
          paymentId,
          ...(settled ? {} : { settlesLater: true }),
        }),
        compensate: ({ orderId }) => new RefundPayment({ orderId }),
        // Unavailable: the provider may have charged and not said so. Voided: somebody's refund came first, and it may
        // not have been carried out yet. A refund of what was never taken does nothing.
        compensateAfter: [PaymentUnavailable, PaymentVoided],
        timeoutMs: CHARGE_TIMEOUT_MS,
      }),
      step.waitFor({
        name: 'settlement',
        when: settlesLater,
        event: PaymentSettled,
        key: ({ orderId }) => orderId,
        within: this.settlement.withinMs,
        remind: {
          everyMs: this.settlement.remindEveryMs,
          times: this.settlement.reminders,
          command: ({ orderId }) => new SettlePayment({ orderId }),
        },
        // The next step asks once more, and what it is answered decides.
        otherwise: 'go-on',
      }),
      step({
        name: 'settle-payment',
        when: settlesLater,
        invoke: ({ orderId }) => new SettlePayment({ orderId }),
        retry: SETTLE_RETRY,
        compensate: ({ orderId }) => new RefundPayment({ orderId }),
      }),
      step({
        name: 'create-shipment',
        invoke: async ({ orderId, lines }) =>
          new CreateShipment({ orderId, lines, address: await this.details.address(orderId) }),
        extend: (state, { trackingNumber }) => ({ ...state, trackingNumber }),
        compensate: ({ orderId }) => new CancelShipment({ orderId }),
      }),
      step({
        name: 'confirm-order',
        // A customer who cancelled meanwhile came first: then this fails, and everything before it is compensated.
        invoke: (state) => new ConfirmOrder(confirmation(state)),
        pivot: true,
      }),
    ],
    failed: ({ orderId }, { type, detail }) =>
      new RejectOrder({
        orderId,
        reason: type.slice(0, OrderFailure.shape.type.maxLength ?? type.length),
        detail: detail.slice(0, OrderFailure.shape.detail.maxLength ?? detail.length),
      }),
  });
}

const settlesLater = ({ settlesLater: later = false }: CheckoutState): boolean => later;

function confirmation({ orderId, paymentId, trackingNumber }: CheckoutState): {
  orderId: string;
  paymentId: string;
  trackingNumber: string;
} {
  if (paymentId === undefined || trackingNumber === undefined)
    throw new Error(`the checkout of order ${orderId} came to its end without its charge or its shipment`);
  return { orderId, paymentId, trackingNumber };
}
