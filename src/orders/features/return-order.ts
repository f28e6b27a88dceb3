import { Aggregates } from '@isolith/event-sourcing';
import { Sagas } from '@isolith/saga';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Order } from '../domain/order.js';
import { now } from '../infra/now.js';
import { order } from '../infra/order-aggregate.js';
import { requireOwn } from '../infra/sender.js';
import { ReturnOrder } from '../orders.contract.js';
import { ReturnSaga } from './return.saga.js';

@CommandHandler(ReturnOrder)
export class ReturnOrderHandler implements ICommandHandler<ReturnOrder> {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly sagas: Sagas,
    private readonly returning: ReturnSaga,
  ) {}

  execute({ orderId }: ReturnOrder): Promise<void> {
    const returnOwn = (found: Order) => {
      requireOwn(orderId, found);
      return { want: 'request-return', at: now() } as const;
    };
    return this.aggregates.change(order, orderId, returnOwn, async ({ events }) => {
      if (events.length > 0) await this.sagas.begin(this.returning.definition, orderId, { orderId });
    });
  }
}
