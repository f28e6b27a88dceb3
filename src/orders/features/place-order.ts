import { UnitOfWork } from '@isolith/journal';
import { commandId, currentUser, derivedId } from '@isolith/message-bus';
import { Sagas } from '@isolith/saga';
import { CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetPrices } from '../../products/products.contract.js';
import { priceLines } from '../domain/pricing.js';
import { OrderDetails } from '../infra/order-details.js';
import { OrderStreams } from '../infra/order-streams.js';
import { ShopCurrency } from '../infra/shop-currency.js';
import { PlaceOrder } from '../orders.contract.js';
import { CheckoutSaga } from './checkout.saga.js';

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    private readonly queries: QueryBus,
    private readonly unit: UnitOfWork,
    private readonly orders: OrderStreams,
    private readonly details: OrderDetails,
    private readonly sagas: Sagas,
    private readonly checkout: CheckoutSaga,
    private readonly currency: ShopCurrency,
  ) {}

  async execute({ lines: requested, paymentToken, address }: PlaceOrder): Promise<{ orderId: string }> {
    const customerId = currentUser();
    // One command is one order: one that runs again, after a conflict or a crash, makes the same order.
    const orderId = derivedId(commandId(), 'order');
    const skus = [...new Set(requested.map(({ sku }) => sku))];
    const { prices } = await this.queries.execute(new GetPrices({ skus }));
    const { lines, totalMinor } = priceLines(requested, prices, this.currency.code);
    const currency = this.currency.code;
    const at = new Date().toISOString();
    return this.unit.run(async () => {
      // A key that is older than the stored replies: the order that it made still is the answer.
      if (!(await this.details.insert(orderId, paymentToken, address))) return { orderId };
      this.orders.change(this.orders.unplaced(orderId), {
        want: 'place',
        orderId,
        customerId,
        lines,
        totalMinor,
        currency,
        at,
      });
      await this.sagas.begin(this.checkout.definition, orderId, {
        orderId,
        totalMinor,
        currency,
        lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
      });
      return { orderId };
    });
  }
}
