import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ContractViolationError, ForbiddenError, UnauthenticatedError } from '@isolith/contracts';
import { CreateProduct, DuplicateSku, ForeignCurrency, GetProduct } from '../products.contract.js';
import { nobody, openProducts, user, type ProductsUnderTest } from '../testing/open-products.js';

let products: ProductsUnderTest;
beforeAll(async () => void (products = await openProducts()));
afterAll(() => products.close());

const mug = { sku: 'MUG-001', name: 'Mug', priceMinor: 1490, currency: 'EUR' };

describe('creating a product', () => {
  it('puts it into the catalogue and says so', async () => {
    await products.send(new CreateProduct(mug));
    expect(await products.ask(new GetProduct({ sku: mug.sku }))).toEqual(mug);
    expect(await products.recorded(mug.sku)).toEqual([{ type: 'products.product-created', data: mug }]);
  });

  it('of one sku many times at once makes one', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => products.create('RACE-1', `Racer ${n}`)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toBeInstanceOf(DuplicateSku);
        expect(outcome.reason).toMatchObject({ data: { pointer: '/sku', sku: 'RACE-1' } });
      }
    }
    expect(await products.recorded('RACE-1')).toHaveLength(1);
  });

  it('in a foreign currency is refused', async () => {
    const refused = products.send(new CreateProduct({ ...mug, sku: 'USD-1', currency: 'USD' }));
    await expect(refused).rejects.toBeInstanceOf(ForeignCurrency);
    await expect(refused).rejects.toMatchObject({
      data: { pointer: '/currency', currency: 'USD', shopCurrency: 'EUR' },
    });
  });

  it('is for admins', async () => {
    await expect(products.send(new CreateProduct(mug), user('customer', 'support'))).rejects.toBeInstanceOf(
      ForbiddenError,
    );
    await expect(products.send(new CreateProduct(mug), nobody)).rejects.toBeInstanceOf(UnauthenticatedError);
  });

  it.each([
    ['/sku', { ...mug, sku: 'mug 1' }],
    ['/sku', { ...mug, sku: `M${'U'.repeat(40)}` }],
    ['/name', { ...mug, name: '' }],
    ['/name', { ...mug, name: 'Mug\n2' }],
    ['/priceMinor', { ...mug, priceMinor: -1 }],
    ['/priceMinor', { ...mug, priceMinor: 1.5 }],
    ['/currency', { ...mug, currency: 'eur' }],
  ])('with a wrong value names %s', async (pointer, input) => {
    const refused = products.send(new CreateProduct(input));
    await expect(refused).rejects.toBeInstanceOf(ContractViolationError);
    const places = refused.catch((error: unknown) =>
      error instanceof ContractViolationError ? new Set(error.problems.map((problem) => problem.pointer)) : error,
    );
    expect(await places).toEqual(new Set([pointer]));
  });
});
