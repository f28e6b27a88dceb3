import { RateLimitModule } from '@isolith/isolith/http';
import { type DynamicModule, Module } from '@nestjs/common';
import { inventoryRoutes } from '../inventory/inventory.routes.js';
import { notificationsRoutes } from '../notifications/notifications.routes.js';
import { ordersRoutes } from '../orders/orders.routes.js';
import { paymentsRoutes } from '../payments/payments.routes.js';
import { productsRoutes } from '../products/products.routes.js';
import { shipmentsRoutes } from '../shipments/shipments.routes.js';
import { usersRoutes } from '../users/users.routes.js';
import { DocsController } from './docs.controller.js';

/** The routes of every context, wherever the contexts are: routes only send messages. */
@Module({
  controllers: [
    ...usersRoutes,
    ...productsRoutes,
    ...inventoryRoutes,
    ...ordersRoutes,
    ...paymentsRoutes,
    ...shipmentsRoutes,
    ...notificationsRoutes,
    DocsController,
  ],
})
export class GatewayModule {
  /** @param requestsPerSecond per identity; unlimited when undefined */
  static forRoot({ requestsPerSecond }: { readonly requestsPerSecond: number | undefined }): DynamicModule {
    const limits = requestsPerSecond === undefined ? [] : [RateLimitModule.forRoot({ perSecond: requestsPerSecond })];
    return { module: GatewayModule, imports: limits };
  }
}
