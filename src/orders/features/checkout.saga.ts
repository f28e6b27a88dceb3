import { saga } from '@isolith/saga';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ReleaseStock, ReserveStock } from '../../inventory/inventory.contract.js';
import { ChargePayment, PaymentUnavailable, PaymentVoided, RefundPayment } from '../../payments/payments.contract.js';
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
  trackingNumber: z.string().optional(),
});
type CheckoutState = z.output<typeof CheckoutState>;

/** A charge asks a slow provider several times before it gives up. */
const CHARGE_TIMEOUT_MS = 25_000;

/**
 * Goods are not kept for a customer for longer than this. Only an outage that nobody has attended to takes so long, and
 * while it lasts the order waits: a host that is away is no reason to turn a customer down.
 */
const DEADLINE_MS = 24 * 60 * 60_000;

@Injectable()
export class CheckoutSaga {
  constructor(@Inject(OrderDetails) private readonly details: Pick<OrderDetails, 'paymentToken' | 'address'>) {}

  readonly definition = saga({
    name: 'orders.checkout',
    deadlineMs: DEADLINE_MS,
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
          new ChargePayment({ orderId, amountMinor, currency, paymentToken: await this.details.paymentToken(orderId) }),
        extend: (state, { paymentId }) => ({ ...state, paymentId }),
        compensate: ({ orderId }) => new RefundPayment({ orderId }),
        // Unavailable: the provider may have charged and not said so. Voided: somebody's refund came first, and it may
        // not have been carried out yet. A refund of what was never taken does nothing.
        compensateAfter: [PaymentUnavailable, PaymentVoided],
        timeoutMs: CHARGE_TIMEOUT_MS,
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

function confirmation({ orderId, paymentId, trackingNumber }: CheckoutState): {
  orderId: string;
  paymentId: string;
  trackingNumber: string;
} {
  if (paymentId === undefined || trackingNumber === undefined)
    throw new Error(`the checkout of order ${orderId} came to its end without its charge or its shipment`);
  return { orderId, paymentId, trackingNumber };
}
