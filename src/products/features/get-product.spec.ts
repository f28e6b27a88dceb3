import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GetProduct, ProductNotFound } from '../products.contract.js';
import { openProducts, type ProductsUnderTest } from '../testing/open-products.js';

let products: ProductsUnderTest;
beforeAll(async () => void (products = await openProducts()));
afterAll(() => products.close());

describe('a product', () => {
  it('is there for anyone', async () => {
    const mug = await products.create('MUG-001', 'Mug', 1_000_000_000);
    expect(await products.ask(new GetProduct({ sku: 'MUG-001' }))).toEqual(mug);
  });

  it('that was never created is not found', async () => {
    await expect(products.ask(new GetProduct({ sku: 'MUG-002' }))).rejects.toBeInstanceOf(ProductNotFound);
  });
});
