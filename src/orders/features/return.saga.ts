import { saga } from '@isolith/saga';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { ReturnStock } from '../../inventory/inventory.contract.js';
import { RefundPayment } from '../../payments/payments.contract.js';
import { MarkOrderReturned } from '../orders.contract.js';

const ReturnState = z.object({ orderId: z.uuid() });

/**
 * Of a delivered order. There is nothing to win or lose any more, so every step is repeated until it succeeds or needs
 * a person.
 */
@Injectable()
export class ReturnSaga {
  readonly definition = saga({
    name: 'orders.return',
    state: ReturnState,
    steps: (step) => [
      step({
        name: 'refund-payment',
        invoke: ({ orderId }) => new RefundPayment({ orderId }),
        retriable: true,
      }),
      step({
        name: 'return-stock',
        invoke: ({ orderId }) => new ReturnStock({ orderId }),
        retriable: true,
      }),
      step({
        name: 'mark-returned',
        invoke: ({ orderId }) => new MarkOrderReturned({ orderId }),
        retriable: true,
      }),
    ],
  });
}
