import { UnitOfWork } from '@isolith/journal';
import { Sagas } from '@isolith/saga';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OrderStreams } from '../infra/order-streams.js';
import { CancelOrder } from '../orders.contract.js';
import { CancellationSaga } from './cancellation.saga.js';
import { requireOwn } from '../infra/sender.js';

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly orders: OrderStreams,
    private readonly sagas: Sagas,
    private readonly cancellation: CancellationSaga,
  ) {}

  async execute({ orderId }: CancelOrder): Promise<void> {
    const loaded = await this.orders.load(orderId);
    requireOwn(orderId, loaded.order);
    const at = new Date().toISOString();
    await this.unit.run(async () => {
      const events = this.orders.change(loaded, { want: 'cancel', at });
      // A pending order needs no process of its own: its checkout compensates.
      if (events.some(({ type }) => type === 'orders.order-cancellation-requested')) {
        await this.sagas.begin(this.cancellation.definition, orderId, { orderId });
      }
    });
  }
}
