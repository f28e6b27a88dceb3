import { randomUUID } from 'node:crypto';
import { product } from '../../support/shapes.js';
import type { Ground } from '../ground/ground.js';
import { freshKey } from '../ground/ground.js';
import type { RunPlan } from '../plan/run-plan.js';
import { BrokenPromise, type Selling } from './selling.js';

/** Customers and products of one run; nothing fails yet. */
export async function openSale(ground: Ground, plan: RunPlan): Promise<Selling> {
  const { log, admin, plainAdmin } = ground;
  const customers = await Promise.all(Array.from({ length: plan.customers }, () => ground.customer()));
  const skus = await Promise.all(
    plan.products.map(async ({ onStock: quantity, priceMinor }) => {
      const sku = `C-${randomUUID().slice(0, 8).toUpperCase()}`;
      await plainAdmin.expect(
        201,
        product,
        plainAdmin.post('/v1/products', { sku, name: `Thing ${sku}`, priceMinor, currency: 'EUR' }),
      );
      const key = freshKey();
      const { status, body } = await admin.post(`/v1/inventory/${sku}/receipts`, key, { quantity });
      if (status !== 201) throw new BrokenPromise(`receipt of ${sku}: ${status} ${JSON.stringify(body)}`);
      log.accepted({ call: 'receive', key, status, at: Date.now(), sku, quantity });
      return sku;
    }),
  );
  return { log, customers, admin, skus };
}
