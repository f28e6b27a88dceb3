import { type HostConfig, IsolithModule } from '@isolith/isolith';
import type { RemoteTransport } from '@isolith/message-bus';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { GatewayModule } from './gateway/gateway.module.js';
import { InventoryModule } from './inventory/inventory.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { PaymentsModule } from './payments/payments.module.js';
import { ProductsModule } from './products/products.module.js';
import { ShipmentsModule } from './shipments/shipments.module.js';
import { DATABASE_OF, SHOP_CONTEXTS, type ShopValues } from './shop.config.js';
import { shopSubscriptions } from './shop.subscriptions.js';
import { UsersModule } from './users/users.module.js';

const MODULES: Readonly<Record<(typeof SHOP_CONTEXTS)[number], Type>> = {
  users: UsersModule,
  products: ProductsModule,
  inventory: InventoryModule,
  payments: PaymentsModule,
  shipments: ShipmentsModule,
  notifications: NotificationsModule,
  orders: OrdersModule,
};

/** One host of the shop: the contexts that are placed here, and the gateway if it is. */
@Module({})
export class AppModule {
  static forRoot(config: HostConfig<ShopValues>, remote?: RemoteTransport): DynamicModule {
    const {
      values: { RATE_LIMIT },
      placement: { here },
    } = config;
    const requestsPerSecond = RATE_LIMIT === 'off' ? undefined : RATE_LIMIT;
    const contexts = SHOP_CONTEXTS.filter((context) => here.includes(context));
    return {
      module: AppModule,
      imports: [
        IsolithModule.forRoot({
          config,
          service: 'shop',
          subscriptions: shopSubscriptions,
          databaseOf: DATABASE_OF,
          ...(remote === undefined ? {} : { remote }),
        }),
        ...contexts.map((context) => MODULES[context]),
        ...(here.includes('gateway') ? [GatewayModule.forRoot({ requestsPerSecond })] : []),
      ],
    };
  }
}
