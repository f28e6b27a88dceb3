import { IsolithModule, settingsOf, type SettingsOf } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { CancelOrderHandler } from './features/cancel-order.js';
import { CancellationSaga } from './features/cancellation.saga.js';
import { CheckoutSaga } from './features/checkout.saga.js';
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
import { ChangeOrder } from './infra/change-order.js';
import { OrderDetails } from './infra/order-details.js';
import { OrderStreams } from './infra/order-streams.js';
import { OrderViews } from './infra/order-views.js';
import { ordersMigrations } from './infra/orders.migrations.js';
import { ShopCurrency } from './infra/shop-currency.js';
import { orders } from './orders.context.js';

@Module({
  imports: [
    IsolithModule.forFeature(orders, {
      subscriptions: { 'order-shipping': [OnShipmentDispatched, OnShipmentDelivered] },
      migrations: ordersMigrations,
      sagas: [CheckoutSaga, CancellationSaga, ReturnSaga],
    }),
  ],
  providers: [
    {
      provide: ShopCurrency,
      inject: [settingsOf(orders)],
      useFactory: ({ SHOP_CURRENCY }: SettingsOf<typeof orders>) => new ShopCurrency(SHOP_CURRENCY),
    },
    OrderStreams,
    OrderViews,
    OrderDetails,
    ChangeOrder,
    CheckoutSaga,
    CancellationSaga,
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
