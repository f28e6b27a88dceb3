import { Aggregates } from '@isolith/event-sourcing';
import { UnitOfWork } from '@isolith/journal';
import { commandId, currentUser, derivedId } from '@isolith/message-bus';
import { Sagas } from '@isolith/saga';
import { CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetPrices } from '../../products/products.contract.js';
import { priceLines } from '../domain/pricing.js';
import { PriceTolerance } from '../infra/price-tolerance.js';
import { OrderDetails } from '../infra/order-details.js';
import { now } from '../infra/now.js';
import { order } from '../infra/order-aggregate.js';
import { ShopCurrency } from '../infra/shop-currency.js';
import { PlaceOrder } from '../orders.contract.js';
import { CheckoutSaga } from './checkout.saga.js';

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    private readonly queries: QueryBus,
    private readonly unit: UnitOfWork,
    private readonly aggregates: Aggregates,
    private readonly details: OrderDetails,
    private readonly sagas: Sagas,
    private readonly checkout: CheckoutSaga,
    private readonly currency: ShopCurrency,
    private readonly tolerance: PriceTolerance,
  ) {}

  async execute({ lines: requested, paymentToken, address }: PlaceOrder): Promise<{ orderId: string }> {
    const customerId = currentUser();
    // One command is one order: one that runs again, after a conflict or a crash, makes the same order.
    const orderId = derivedId(commandId(), 'order');
    const skus = [...new Set(requested.map(({ sku }) => sku))];
    const { prices } = await this.queries.execute(new GetPrices({ skus }));
    const currency = this.currency.code;
    const { tolerancePercent } = this.tolerance;
    const { lines, totalMinor } = priceLines(requested, prices, { currency, tolerancePercent });
    const at = now();
    return this.unit.run(async () => {
      // A key that is older than the stored replies: the order that it made still is the answer.
      if (!(await this.details.insert(orderId, paymentToken, address))) return { orderId };
      await this.aggregates.create(order, orderId, {
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
