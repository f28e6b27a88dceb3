import { saga } from '@isolith/saga';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { RefundPayment } from '../payments.contract.js';

const RefundState = z.object({ orderId: z.uuid() });

/**
 * One step that is repeated until the provider has answered: a refund that was promised outlives the host that promised
 * it.
 */
@Injectable()
export class RefundSaga {
  readonly definition = saga({
    name: 'payments.refund',
    state: RefundState,
    steps: (step) => [
      step({
        name: 'refund-payment',
        invoke: ({ orderId }) => new RefundPayment({ orderId }),
        retriable: true,
      }),
    ],
  });
}
