import { Aggregates } from '@isolith/event-sourcing';
import { commandId, derivedId } from '@isolith/message-bus';
import { Sagas } from '@isolith/saga';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { order } from '../infra/order-aggregate.js';
import { PlaceOrder } from '../orders.contract.js';
import { OrderingSaga } from './ordering.saga.js';

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    private readonly aggregates: Aggregates,
    private readonly sagas: Sagas,
    private readonly ordering: OrderingSaga,
  ) {}

  execute({ sku, quantity }: PlaceOrder): Promise<{ orderId: string }> {
    // One command is one order, also when it has to run again.
    const orderId = derivedId(commandId(), 'order');
    // The order and its saga are recorded in one transaction. Stock is asked after that: no transaction waits for
    // another context.
    return this.aggregates.create(order, orderId, { want: 'place', sku, quantity }, async () => {
      await this.sagas.begin(this.ordering.definition, orderId, { orderId, sku, quantity });
      return { orderId };
    });
  }
}
