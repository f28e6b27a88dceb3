import { randomUUID } from 'node:crypto';
import type { Principal } from '@isolith/contracts';
import { UnitOfWork } from '@isolith/journal';
import { nobody, openContext, user as userOf, type RecordedFact } from '@isolith/testing';
import { EventBus, type Command, type Query } from '@nestjs/cqrs';
import { SeedDemoProducts } from '../features/seed-demo-products.js';
import { Catalogue } from '../infra/catalogue.js';
import { ShopCurrency } from '../infra/shop-currency.js';
import { products } from '../products.context.js';
import { CreateProduct, type Product } from '../products.contract.js';
import { ProductsModule } from '../products.module.js';

export { nobody };
export const user = (...roles: string[]): Principal => userOf(randomUUID(), ...roles);
export const admin = user('admin');

/** The context as it runs in a host, on a database of its own, selling in EUR. Close it after use. */
export async function openProducts() {
  const opened = await openContext(products, { module: ProductsModule, env: { SHOP_CURRENCY: 'EUR' } });
  const send = <R>(command: Command<R>, principal = admin): Promise<R> => opened.send(command, principal);
  const seed = new SeedDemoProducts(
    opened.get(UnitOfWork),
    opened.get(Catalogue),
    opened.get(EventBus),
    opened.get(ShopCurrency),
    { SEED_DEMO: true, SHOP_CURRENCY: 'EUR' },
  );
  return {
    sow: (): Promise<void> => opened.run(() => seed.sow()),
    send,
    ask: <R>(query: Query<R>, principal: Principal = nobody): Promise<R> => opened.ask(query, principal),
    /** Puts a product into the catalogue and returns it. */
    create: async (sku: string, name = sku, priceMinor = 100): Promise<Product> => {
      const product = { sku, name, priceMinor, currency: 'EUR' };
      await send(new CreateProduct(product));
      return product;
    },
    /** What the context has recorded of a sku, in order. */
    recorded: (sku: string): Promise<readonly RecordedFact[]> => opened.recorded(sku),
    close: (): Promise<void> => opened.close(),
  };
}

export type ProductsUnderTest = Awaited<ReturnType<typeof openProducts>>;
