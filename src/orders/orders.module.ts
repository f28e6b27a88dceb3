import { IsolithModule, settingsOf, type SettingsOf } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { CancelOrderHandler } from './features/cancel-order.js';
import { CallOffSaga } from './features/call-off.saga.js';
import { CancellationSaga } from './features/cancellation.saga.js';
import { CheckoutSaga, Settlement } from './features/checkout.saga.js';
import { ConfirmOrderHandler } from './features/confirm-order.js';
import { GetOrderHandler } from './features/get-order.js';
import { ListOrderTotalsHandler } from './features/list-order-totals.js';
import { ListOrdersHandler } from './features/list-orders.js';
import { MarkOrderCancelledHandler } from './features/mark-order-cancelled.js';
import { MarkOrderReturnedHandler } from './features/mark-order-returned.js';
import { OnShipmentDelivered } from './features/on-shipment-delivered.js';
import { OnShipmentDispatched } from './features/on-shipment-dispatched.js';
import { PlaceOrderHandler } from './features/place-order.js';
import { RefuseCancellationHandler } from './features/refuse-cancellation.js';
import { RejectOrderHandler } from './features/reject-order.js';
import { ReturnOrderHandler } from './features/return-order.js';
import { ReturnSaga } from './features/return.saga.js';
import { SettleOrderHandler } from './features/settle-order.js';
import { OrderDetails } from './infra/order-details.js';
import { order } from './infra/order-aggregate.js';
import { orderList } from './infra/order-list.js';
import { OrderViews } from './infra/order-views.js';
import { ordersMigrations } from './infra/orders.migrations.js';
import { PriceTolerance } from './infra/price-tolerance.js';
import { ShopCurrency } from './infra/shop-currency.js';
import { orders } from './orders.context.js';

@Module({
  imports: [
    IsolithModule.forFeature(orders, {
      subscriptions: { 'order-shipping': [OnShipmentDispatched, OnShipmentDelivered] },
      migrations: ordersMigrations,
      aggregates: [order],
      views: [OrderViews],
      projections: [orderList],
      sagas: [CheckoutSaga, CancellationSaga, CallOffSaga, ReturnSaga],
    }),
  ],
  providers: [
    {
      provide: ShopCurrency,
      inject: [settingsOf(orders)],
      useFactory: ({ SHOP_CURRENCY }: SettingsOf<typeof orders>) => new ShopCurrency(SHOP_CURRENCY),
    },
    {
      provide: PriceTolerance,
      inject: [settingsOf(orders)],
      useFactory: ({ PRICE_TOLERANCE_PERCENT }: SettingsOf<typeof orders>) =>
        new PriceTolerance(PRICE_TOLERANCE_PERCENT),
    },
    {
      provide: Settlement,
      inject: [settingsOf(orders)],
      useFactory: ({ PAYMENT_SETTLES_WITHIN_MS }: SettingsOf<typeof orders>) =>
        new Settlement(PAYMENT_SETTLES_WITHIN_MS),
    },
    OrderViews,
    OrderDetails,
    CheckoutSaga,
    CancellationSaga,
    CallOffSaga,
    ReturnSaga,
    PlaceOrderHandler,
    CancelOrderHandler,
    ReturnOrderHandler,
    ConfirmOrderHandler,
    RejectOrderHandler,
    MarkOrderCancelledHandler,
    RefuseCancellationHandler,
    SettleOrderHandler,
    MarkOrderReturnedHandler,
    GetOrderHandler,
    ListOrdersHandler,
    ListOrderTotalsHandler,
    OnShipmentDispatched,
    OnShipmentDelivered,
  ],
})
export class OrdersModule {}
