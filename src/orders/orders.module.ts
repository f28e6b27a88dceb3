import { contractsIn } from '@isolith/contracts';
import { HostSettings, IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { z } from 'zod';
import { ReleaseStock, ReserveStock, ReturnStock } from '../inventory/inventory.contract.js';
import { ChargePayment, RefundPayment } from '../payments/payments.contract.js';
import { GetPrices } from '../products/products.contract.js';
import { CancelShipment, CreateShipment } from '../shipments/shipments.contract.js';
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
import * as contract from './orders.contract.js';
import { ordersSubscriptions } from './orders.subscriptions.js';

const settings = z.object({ SHOP_CURRENCY: z.string() });

@Module({
  imports: [
    IsolithModule.forFeature({
      context: 'orders',
      contracts: contractsIn(contract),
      needs: [
        GetPrices,
        ReserveStock,
        ReleaseStock,
        ReturnStock,
        ChargePayment,
        RefundPayment,
        CreateShipment,
        CancelShipment,
      ],
      subscriptions: {
        'order-shipping': {
          handlers: [OnShipmentDispatched, OnShipmentDelivered],
          from: ordersSubscriptions['order-shipping'].from,
        },
      },
      migrations: ordersMigrations,
      sagas: [CheckoutSaga, CancellationSaga, ReturnSaga],
    }),
  ],
  providers: [
    {
      provide: ShopCurrency,
      inject: [HostSettings],
      useFactory: (host: HostSettings) => new ShopCurrency(host.read(settings).SHOP_CURRENCY),
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
