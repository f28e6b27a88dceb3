import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InvalidCursor, SearchProducts } from '../products.contract.js';
import { openProducts, type ProductsUnderTest } from '../testing/open-products.js';

let products: ProductsUnderTest;
beforeAll(async () => {
  products = await openProducts();
  await products.create('MUG-001', 'Stoneware Mug');
  await products.create('MUG-002', '100% enamel_mug');
  await products.create('CAP-001', 'Cap');
  await products.create('BAG-10', 'Bag');
  await products.create('BAG-9', 'Bag');
});
afterAll(() => products.close());

const skus = async (input: ConstructorParameters<typeof SearchProducts>[0]): Promise<string[]> =>
  (await products.ask(new SearchProducts(input))).items.map(({ sku }) => sku);

describe('searching products', () => {
  it.each([
    ['nothing in particular', undefined, ['BAG-10', 'BAG-9', 'CAP-001', 'MUG-001', 'MUG-002']],
    ['a part of the name, in any case', 'MUG', ['MUG-001', 'MUG-002']],
    ['a part of the sku, in any case', 'ag-9', ['BAG-9']],
    ['what SQL would take for a wildcard', '0%', ['MUG-002']],
    ['an underscore', '_', ['MUG-002']],
    ['something else', 'lamp', []],
  ])('finds %s', async (_, q, found) => {
    expect(await skus({ limit: 100, ...(q === undefined ? {} : { q }) })).toEqual(found);
  });

  it.each([1, 2, 3, 5])('walks through all in pages of %i', async (limit) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await products.ask(new SearchProducts({ limit, ...(cursor === undefined ? {} : { cursor }) }));
      expect(page.items.length).toBeLessThanOrEqual(limit);
      expect(page.items.length).toBeGreaterThan(0);
      seen.push(...page.items.map(({ sku }) => sku));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual(['BAG-10', 'BAG-9', 'CAP-001', 'MUG-001', 'MUG-002']);
  });

  it.each(['!', 'YWJj', 'AAAA', ''])('refuses the cursor "%s"', async (cursor) => {
    await expect(skus({ limit: 1, cursor })).rejects.toBeInstanceOf(InvalidCursor);
  });
});

describe('a search', () => {
  const names = ['Straße 7', 'Café au lait', 'Cafe\u0301 noir', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευς', 'O\ufb03ce'];
  let named: ProductsUnderTest;
  beforeAll(async () => {
    named = await openProducts();
    for (const [at, name] of names.entries()) await named.create(`ONE-${at}`, name);
  });
  afterAll(() => named.close());

  it.each([
    ['STRASSE', [0]],
    ['straße', [0]],
    ['cafe\u0301', [1, 2]],
    ['CAFÉ', [1, 2]],
    ['οδυσσευσ', [3, 4]],
    ['ΟΔΥΣΣΕΥΣ', [3, 4]],
    ['office', [5]],
  ])('for %s finds what is spelled in another way (fault 41)', async (q, found) => {
    const { items } = await named.ask(new SearchProducts({ q, limit: 100 }));
    expect(items.map(({ name }) => names.indexOf(name))).toEqual(found);
  });
});
