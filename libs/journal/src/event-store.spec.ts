import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { z } from 'zod';
import { openTestContext, type TestContext } from './testing/index.js';
import { Returned, Sold } from './testing/sample-sales.js';

let sales: TestContext;
const sale = {
  initial: () => ({ amounts: [] as readonly number[] }),
  evolve: ({ amounts }: { amounts: readonly number[] }, happened: Sold | Returned) => ({
    amounts: happened.type === 'sales.sold' ? [...amounts, happened.amount] : [],
  }),
  events: [Sold, Returned],
};

beforeAll(async () => {
  sales = await openTestContext({ context: 'sales' });
  await sales.unit.run(async () =>
    sales.unit.append('s1', 0, [new Sold({ saleId: 's1', amount: 1 }), new Sold({ saleId: 's1', amount: 2 })]),
  );
});
afterAll(() => sales.close());

describe('load', () => {
  it('folds a stream to its state and version', async () => {
    expect(await sales.store.load('s1', sale)).toEqual({ state: { amounts: [1, 2] }, version: 2 });
    expect(await sales.store.load('none', sale)).toEqual({ state: { amounts: [] }, version: 0 });
  });

  it('gives instances of the event classes', async () => {
    const seen: unknown[] = [];
    await sales.store.load('s1', {
      ...sale,
      evolve: (state, happened: Sold | Returned) => (seen.push(happened), state),
    });
    expect(seen[0]).toBeInstanceOf(Sold);
  });

  it('sees what the open unit has appended', async () => {
    const rolledBack = sales.unit.run(async () => {
      sales.unit.append('s1', 2, [new Returned({ saleId: 's1' }), new Sold({ saleId: 's1', amount: 9 })]);
      expect(await sales.store.load('s1', sale)).toEqual({ state: { amounts: [9] }, version: 4 });
      throw new Error('enough');
    });
    await expect(rolledBack).rejects.toThrow('enough');
  });

  it('refuses an event that the aggregate does not list, naming it', async () => {
    await expect(sales.store.load('s1', { ...sale, events: [Returned] })).rejects.toThrow(
      's1 in sales holds sales.sold, which the aggregate does not list',
    );
  });

  it('refuses an event of another version, naming both', async () => {
    class SoldNow extends event('sales.sold', { input: z.object({ saleId: z.string() }), key: 'saleId', version: 2 }) {}
    await expect(sales.store.load('s1', { ...sale, events: [SoldNow] })).rejects.toThrow(
      'holds sales.sold in version 1; this program reads version 2',
    );
  });

  it('refuses a stream with a gap', async () => {
    await sales.unit.run(async () => sales.unit.append('gap', 4, [new Sold({ saleId: 'gap', amount: 1 })]));
    await expect(sales.store.load('gap', sale)).rejects.toThrow('gap in sales has no event of version 1');
  });
});

describe('change', () => {
  const sold = (saleId: string, amount: number) => new Sold({ saleId, amount });

  it('records what is decided on the state, and tells what came of it', async () => {
    const add = ({ amounts }: { amounts: readonly number[] }) => [sold('c1', amounts.length), sold('c1', 7)];
    const first = await sales.unit.run(() => sales.store.change('c1', sale, add));
    expect(first).toMatchObject({ state: { amounts: [0, 7] }, version: 2, events: [{ amount: 0 }, { amount: 7 }] });
    await sales.unit.run(() => sales.store.change('c1', sale, add));
    expect(await sales.store.load('c1', sale)).toEqual({ state: { amounts: [0, 7, 2, 7] }, version: 4 });
  });

  it('sees what it has recorded itself, in one unit', async () => {
    await sales.unit.run(async () => {
      await sales.store.change('c2', sale, () => [sold('c2', 1)]);
      const second = await sales.store.change('c2', sale, ({ amounts }) => [sold('c2', amounts.length + 1)]);
      expect(second).toMatchObject({ state: { amounts: [1, 2] }, version: 2 });
    });
    expect(await sales.store.load('c2', sale)).toMatchObject({ version: 2 });
  });

  it('leaves the stream as it is when nothing is decided, or the decision is refused', async () => {
    expect(await sales.unit.run(() => sales.store.change('c3', sale, () => []))).toMatchObject({
      version: 0,
      events: [],
    });
    const refused = sales.unit.run(() =>
      sales.store.change('c3', sale, () => {
        throw new Error('sold out');
      }),
    );
    await expect(refused).rejects.toThrow('sold out');
    expect(await sales.store.load('c3', sale)).toMatchObject({ version: 0 });
  });

  it('needs an open unit', async () => {
    await expect(sales.store.change('c4', sale, () => [])).rejects.toThrow(
      'change() of c4 in sales needs an open unit of work',
    );
  });
});
