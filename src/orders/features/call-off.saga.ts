import { saga } from '@isolith/saga';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { RefundPayment } from '../../payments/payments.contract.js';

const CallOffState = z.object({ orderId: z.uuid() });

/**
 * Of a pending order that was cancelled: its payment is called off. Its checkout is told by that, wherever it is, even
 * where it waits for money for a day; what else it did it undoes itself.
 */
@Injectable()
export class CallOffSaga {
  readonly definition = saga({
    name: 'orders.call-off',
    state: CallOffState,
    steps: (step) => [
      step({ name: 'refund-payment', invoke: ({ orderId }) => new RefundPayment({ orderId }), retriable: true }),
    ],
  });
}
