import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { CancelOrderHandler } from './features/cancel-order.js';
import { ConfirmOrderHandler } from './features/confirm-order.js';
import { GetOrderHandler } from './features/get-order.js';
import { OrderingSaga } from './features/ordering.saga.js';
import { PlaceOrderHandler } from './features/place-order.js';
import { RejectOrderHandler } from './features/reject-order.js';
import { order } from './infra/order-aggregate.js';
import { orders } from './orders.context.js';

@Module({
  imports: [IsolithModule.forFeature(orders, { aggregates: [order], sagas: [OrderingSaga] })],
  providers: [
    PlaceOrderHandler,
    ConfirmOrderHandler,
    RejectOrderHandler,
    CancelOrderHandler,
    GetOrderHandler,
    OrderingSaga,
  ],
})
export class OrdersModule {}
