import { saga } from '@isolith/saga';
import { Injectable } from '@nestjs/common';
import { ReleaseStock, ReserveStock } from '../../stock/stock.contract.js';
import { ConfirmOrder, Ordered, RejectOrder } from '../orders.contract.js';

/**
 * From a placed order to a confirmed or a rejected one, over two contexts that share no transaction. Each step is saved
 * before it is taken, so that a process that dies in between leaves nothing reserved for nobody: another one, or the
 * next start, goes on from there.
 */
@Injectable()
export class OrderingSaga {
  readonly definition = saga({
    name: 'orders.ordering',
    state: Ordered,
    steps: (step) => [
      step({
        name: 'reserve-stock',
        invoke: ({ orderId, sku, quantity }) => new ReserveStock({ orderId, sku, quantity }),
        compensate: ({ orderId }) => new ReleaseStock({ orderId }),
      }),
      // The pivot: when somebody has cancelled the order meanwhile this fails, and what was reserved is released.
      step({ name: 'confirm-order', invoke: ({ orderId }) => new ConfirmOrder({ orderId }), pivot: true }),
    ],
    // Told when everything is undone.
    failed: ({ orderId }, { detail }) => new RejectOrder({ orderId, reason: detail.slice(0, 1_000) }),
  });
}
