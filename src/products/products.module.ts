import { contractsIn } from '@isolith/contracts';
import { HostSettings, IsolithModule } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { ChangeProductHandler } from './features/change-product.js';
import { CreateProductHandler } from './features/create-product.js';
import { GetPricesHandler } from './features/get-prices.js';
import { GetProductHandler } from './features/get-product.js';
import { SearchProductsHandler } from './features/search-products.js';
import { SeedDemoProducts } from './features/seed-demo-products.js';
import { Catalogue } from './infra/catalogue.js';
import { productsMigrations } from './infra/products.migrations.js';
import { ShopCurrency } from './infra/shop-currency.js';
import * as contract from './products.contract.js';

const currency = z.object({ SHOP_CURRENCY: contract.Currency });
const demo = z.object({ SEED_DEMO: z.boolean() });

@Module({
  imports: [
    IsolithModule.forFeature({ context: 'products', contracts: contractsIn(contract), migrations: productsMigrations }),
  ],
  providers: [
    Catalogue,
    {
      provide: ShopCurrency,
      inject: [HostSettings],
      useFactory: (host: HostSettings) => new ShopCurrency(host.read(currency).SHOP_CURRENCY),
    },
    CreateProductHandler,
    ChangeProductHandler,
    GetProductHandler,
    SearchProductsHandler,
    GetPricesHandler,
    {
      provide: SeedDemoProducts,
      inject: [HostLifecycle, HostSettings, UnitOfWork, Catalogue, EventBus, ShopCurrency],
      useFactory: (
        lifecycle: HostLifecycle,
        host: HostSettings,
        unit: UnitOfWork,
        catalogue: Catalogue,
        events: EventBus,
        shop: ShopCurrency,
      ) => {
        const seed = new SeedDemoProducts(unit, catalogue, events, shop);
        if (host.read(demo).SEED_DEMO) lifecycle.join(seed);
        return seed;
      },
    },
  ],
})
export class ProductsModule {}
