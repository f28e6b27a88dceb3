import { Sagas } from '@isolith/saga';
import { type ContextUnderTest, nobody, openContext } from '@isolith/testing';
import { CommandHandler } from '@nestjs/cqrs';
import { OutOfStock, ReleaseStock, ReserveStock } from '../../stock/stock.contract.js';
import { OrderingSaga } from '../features/ordering.saga.js';
import { orders } from '../orders.context.js';
import { GetOrder, type OrderView } from '../orders.contract.js';
import { OrdersModule } from '../orders.module.js';

const AVAILABLE = 5;
const ENDS_WITHIN_MS = 10_000;

/** Answers for stock: five of everything. */
@CommandHandler(ReserveStock)
class FiveOfEach {
  async execute({ sku, quantity }: ReserveStock): Promise<void> {
    if (quantity > AVAILABLE) throw new OutOfStock({ sku, available: AVAILABLE });
  }
}

@CommandHandler(ReleaseStock)
class NothingKept {
  async execute(): Promise<void> {}
}

/** Orders as they run in a host, on a database of their own, without the other contexts. Close it after use. */
export const openOrders = (): Promise<ContextUnderTest> =>
  openContext(orders, { module: OrdersModule, standIns: [FiveOfEach, NothingKept] });

/** The order when its saga has ended. */
export async function endOf(opened: ContextUnderTest, orderId: string): Promise<OrderView> {
  const { definition } = opened.get(OrderingSaga);
  await opened.run(() => opened.get(Sagas).ended(definition, orderId, AbortSignal.timeout(ENDS_WITHIN_MS)));
  return opened.ask(new GetOrder({ orderId }), nobody);
}
