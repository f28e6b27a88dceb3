import { saga } from '@isolith/saga';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ReleaseStock } from '../../inventory/inventory.contract.js';
import { RefundPayment } from '../../payments/payments.contract.js';
import { CancelShipment } from '../../shipments/shipments.contract.js';
import { MarkOrderCancelled, RefuseCancellation, SettleOrder } from '../orders.contract.js';

const CancellationState = z.object({ orderId: z.uuid() });

/** Of a confirmed order. It is won or lost at the shipment; once the goods are held back, everything else follows. */
@Injectable()
export class CancellationSaga {
  readonly definition = saga({
    name: 'orders.cancellation',
    state: CancellationState,
    steps: (step) => [
      step({
        name: 'cancel-shipment',
        invoke: ({ orderId }) => new CancelShipment({ orderId }),
        pivot: true,
      }),
      step({
        name: 'mark-cancelled',
        invoke: ({ orderId }) => new MarkOrderCancelled({ orderId }),
        retriable: true,
      }),
      step({
        name: 'refund-payment',
        invoke: ({ orderId }) => new RefundPayment({ orderId }),
        retriable: true,
      }),
      step({
        name: 'release-stock',
        invoke: ({ orderId }) => new ReleaseStock({ orderId }),
        retriable: true,
      }),
      step({
        name: 'settle-order',
        invoke: ({ orderId }) => new SettleOrder({ orderId }),
        retriable: true,
      }),
    ],
    failed: ({ orderId }) => new RefuseCancellation({ orderId }),
  });
}
