import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChangeProduct, GetProduct, SearchProducts } from '../products.contract.js';
import { openProducts, type ProductsUnderTest } from '../testing/open-products.js';
import { DEMO_PRODUCTS } from './seed-demo-products.js';

let products: ProductsUnderTest;
beforeAll(async () => void (products = await openProducts()));
afterAll(() => products.close());

describe('the demo products', () => {
  it('are ten, there after the first start, and left alone by the next', async () => {
    await products.sow();
    await products.send(new ChangeProduct({ sku: 'MUG-001', priceMinor: 1 }));
    await Promise.all([products.sow(), products.sow()]);
    const { items } = await products.ask(new SearchProducts({ limit: 100 }));
    expect(items.map(({ sku }) => sku)).toEqual(DEMO_PRODUCTS.map(({ sku }) => sku).toSorted());
    expect(items).toHaveLength(10);
    expect(await products.ask(new GetProduct({ sku: 'MUG-001' }))).toMatchObject({ priceMinor: 1, currency: 'EUR' });
    expect((await products.recorded('MUG-001')).map(({ type }) => type)).toEqual([
      'products.product-created',
      'products.product-changed',
    ]);
  });
});
