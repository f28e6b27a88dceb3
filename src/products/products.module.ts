import { IsolithModule, settingsOf, type SettingsOf } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { ChangeProductHandler } from './features/change-product.js';
import { CreateProductHandler } from './features/create-product.js';
import { GetPricesHandler } from './features/get-prices.js';
import { GetProductHandler } from './features/get-product.js';
import { SearchProductsHandler } from './features/search-products.js';
import { SeedDemoProducts } from './features/seed-demo-products.js';
import { Catalogue } from './infra/catalogue.js';
import { productsMigrations } from './infra/products.migrations.js';
import { ShopCurrency } from './infra/shop-currency.js';
import { products } from './products.context.js';

@Module({
  imports: [IsolithModule.forFeature(products, { migrations: productsMigrations, seeds: [SeedDemoProducts] })],
  providers: [
    Catalogue,
    {
      provide: ShopCurrency,
      inject: [settingsOf(products)],
      useFactory: ({ SHOP_CURRENCY }: SettingsOf<typeof products>) => new ShopCurrency(SHOP_CURRENCY),
    },
    CreateProductHandler,
    ChangeProductHandler,
    GetProductHandler,
    SearchProductsHandler,
    GetPricesHandler,
    SeedDemoProducts,
  ],
})
export class ProductsModule {}
