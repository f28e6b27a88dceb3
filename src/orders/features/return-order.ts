import { UnitOfWork } from '@isolith/journal';
import { Sagas } from '@isolith/saga';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OrderStreams } from '../infra/order-streams.js';
import { ReturnOrder } from '../orders.contract.js';
import { ReturnSaga } from './return.saga.js';
import { requireOwn } from '../infra/sender.js';

@CommandHandler(ReturnOrder)
export class ReturnOrderHandler implements ICommandHandler<ReturnOrder> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly orders: OrderStreams,
    private readonly sagas: Sagas,
    private readonly returning: ReturnSaga,
  ) {}

  async execute({ orderId }: ReturnOrder): Promise<void> {
    const loaded = await this.orders.load(orderId);
    requireOwn(orderId, loaded.order);
    const at = new Date().toISOString();
    await this.unit.run(async () => {
      const events = this.orders.change(loaded, { want: 'request-return', at });
      if (events.length > 0) await this.sagas.begin(this.returning.definition, orderId, { orderId });
    });
  }
}
