import { Aggregates } from '@isolith/event-sourcing';
import { Sagas } from '@isolith/saga';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Order } from '../domain/order.js';
import { now } from '../infra/now.js';
import { order } from '../infra/order-aggregate.js';
import { requireOwn } from '../infra/sender.js';
import { CancelOrder } from '../orders.contract.js';
import { CallOffSaga } from './call-off.saga.js';
import { CancellationSaga } from './cancellation.saga.js';

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly sagas: Sagas,
    private readonly cancellation: CancellationSaga,
    private readonly callOff: CallOffSaga,
  ) {}

  execute({ orderId }: CancelOrder): Promise<void> {
    const cancelOwn = (found: Order) => {
      requireOwn(orderId, found);
      return { want: 'cancel', at: now() } as const;
    };
    return this.aggregates.change(order, orderId, cancelOwn, async ({ events }) => {
      for (const { type } of events) {
        if (type === 'orders.order-cancellation-requested')
          await this.sagas.begin(this.cancellation.definition, orderId, { orderId });
        if (type === 'orders.order-cancelled') await this.sagas.begin(this.callOff.definition, orderId, { orderId });
      }
    });
  }
}
