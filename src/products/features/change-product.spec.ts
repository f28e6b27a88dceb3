import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForbiddenError } from '@isolith/contracts';
import { ChangeProduct, ForeignCurrency, GetProduct, ProductNotFound } from '../products.contract.js';
import { openProducts, user, type ProductsUnderTest } from '../testing/open-products.js';

let products: ProductsUnderTest;
beforeAll(async () => void (products = await openProducts()));
afterAll(() => products.close());

describe('changing a product', () => {
  it('changes what is given, keeps the rest, and tells the whole product', async () => {
    const mug = await products.create('MUG-001', 'Mug', 1490);
    await products.send(new ChangeProduct({ sku: mug.sku, priceMinor: 0 }));
    await products.send(new ChangeProduct({ sku: mug.sku, name: 'Big mug' }));
    const changed = { ...mug, name: 'Big mug', priceMinor: 0 };
    expect(await products.ask(new GetProduct({ sku: mug.sku }))).toEqual(changed);
    expect((await products.recorded(mug.sku)).at(-1)).toEqual({ type: 'products.product-changed', data: changed });
  });

  it('to a foreign currency is refused', async () => {
    const cap = await products.create('CAP-001');
    await products.send(new ChangeProduct({ sku: cap.sku, currency: 'EUR' }));
    await expect(products.send(new ChangeProduct({ sku: cap.sku, name: 'X', currency: 'CHF' }))).rejects.toBeInstanceOf(
      ForeignCurrency,
    );
    expect(await products.ask(new GetProduct({ sku: cap.sku }))).toEqual(cap);
  });

  it('that does not exist is refused', async () => {
    await expect(products.send(new ChangeProduct({ sku: 'NONE-1', name: 'X' }))).rejects.toBeInstanceOf(
      ProductNotFound,
    );
  });

  it('is for admins', async () => {
    await expect(
      products.send(new ChangeProduct({ sku: 'MUG-001', name: 'X' }), user('support')),
    ).rejects.toBeInstanceOf(ForbiddenError);
  });
});
