import { randomUUID } from 'node:crypto';
import type { Principal } from '@isolith/contracts';
import { settingsOf } from '@isolith/isolith';
import { ContextDatabase } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { openTestDatabase } from '@isolith/journal/testing';
import { runAs, runInScope } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { CommandBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { ChangeProductHandler } from '../features/change-product.js';
import { CreateProductHandler } from '../features/create-product.js';
import { GetPricesHandler } from '../features/get-prices.js';
import { GetProductHandler } from '../features/get-product.js';
import { SearchProductsHandler } from '../features/search-products.js';
import { SeedDemoProducts } from '../features/seed-demo-products.js';
import { Catalogue } from '../infra/catalogue.js';
import { productsMigrations } from '../infra/products.migrations.js';
import { ShopCurrency } from '../infra/shop-currency.js';
import { products } from '../products.context.js';
import { CreateProduct, type Product } from '../products.contract.js';

const EventRow = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });

/** Somebody who is not signed in. */
export const nobody: Principal = { service: 'gateway', roles: [] };
export const user = (...roles: string[]): Principal => ({ service: 'gateway', user: randomUUID(), roles });
export const admin = user('admin');

/** The context as it runs in a host (bus, inbox, unit of work), on a database of its own, selling in EUR. Close it after use. */
export async function openProducts() {
  const place = await openTestDatabase();
  const module = await Test.createTestingModule({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['products'] } }),
      JournalModule.forRoot({ targetOf: () => place.target }),
      JournalModule.forFeature({ context: 'products', migrations: productsMigrations }),
    ],
    providers: [
      Catalogue,
      SeedDemoProducts,
      { provide: settingsOf(products), useValue: { SEED_DEMO: true } },
      { provide: ShopCurrency, useValue: new ShopCurrency('EUR') },
      CreateProductHandler,
      ChangeProductHandler,
      GetProductHandler,
      SearchProductsHandler,
      GetPricesHandler,
    ],
  }).compile();
  await module.init();
  const commands = module.get(CommandBus);
  const queries = module.get(QueryBus);
  const database = module.get(ContextDatabase);
  const as = <T>(principal: Principal, work: () => Promise<T>): Promise<T> =>
    runInScope({ context: principal.service, principal, correlationId: 'spec' }, work);
  const send = <R>(command: Command<R>, principal = admin): Promise<R> =>
    as(principal, () => commands.execute(command));
  return {
    sow: (): Promise<void> => runAs('products', () => module.get(SeedDemoProducts).sow()),
    send,
    ask: <R>(query: Query<R>, principal = nobody): Promise<R> => as(principal, () => queries.execute(query)),
    /** Puts a product into the catalogue and returns it. */
    create: async (sku: string, name = sku, priceMinor = 100): Promise<Product> => {
      const product = { sku, name, priceMinor, currency: 'EUR' };
      await send(new CreateProduct(product));
      return product;
    },
    /** What the context has recorded of a sku, in order. */
    recorded: (sku: string): Promise<z.output<typeof EventRow>[]> =>
      database.query(EventRow, 'SELECT type, data FROM products.journal WHERE key = $1 ORDER BY position', [sku]),
    close: async (): Promise<void> => {
      await module.close();
      await place.drop();
    },
  };
}

export type ProductsUnderTest = Awaited<ReturnType<typeof openProducts>>;
