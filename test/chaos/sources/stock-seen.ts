import type { z } from 'zod';
import type { Client } from '../../support/client.js';
import { stock } from '../../support/shapes.js';

export type StockSeen = z.output<typeof stock>;

export function stockSeen(support: Client, skus: readonly string[]): Promise<StockSeen[]> {
  return Promise.all(skus.map((sku) => support.expect(200, stock, support.get(`/v1/inventory/${sku}`))));
}
