import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GetPrices } from '../products.contract.js';
import { openProducts, type ProductsUnderTest } from '../testing/open-products.js';

let products: ProductsUnderTest;
beforeAll(async () => void (products = await openProducts()));
afterAll(() => products.close());

describe('prices', () => {
  it('are those of the skus that exist', async () => {
    const mug = await products.create('MUG-001', 'Mug', 1490);
    const cap = await products.create('CAP-001', 'Cap', 1990);
    await products.create('TEE-001');
    const { prices } = await products.ask(new GetPrices({ skus: ['MUG-001', 'NONE-1', 'CAP-001', 'MUG-001'] }));
    expect(prices.toSorted((a, b) => a.priceMinor - b.priceMinor)).toEqual([mug, cap]);
  });

  it('of nothing are none', async () => {
    expect(await products.ask(new GetPrices({ skus: [] }))).toEqual({ prices: [] });
  });
});
