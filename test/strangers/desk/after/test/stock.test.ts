import { given, nobody, openContext, user, type ContextUnderTest } from '@isolith/testing';
import { Item } from '../src/stock/item.entity.js';
import { ReserveStock, SoldOut, stock } from '../src/stock/stock.contract.js';
import { StockModule } from '../src/stock/stock.module.js';

describe('stock', () => {
  let opened: ContextUnderTest;
  beforeAll(async () => {
    opened = await openContext(stock, { module: StockModule, entities: [Item] });
    await opened.write(`INSERT INTO item (sku, "left") VALUES ('mug', 3)`);
  }, 120_000);
  afterAll(() => opened.close());

  it('is reserved once, however often the command comes', async () => {
    const reserve = () => new ReserveStock({ sku: 'mug', quantity: 2 });
    for (let nth = 0; nth < 2; nth += 1)
      expect(await opened.send(reserve(), user('ada'), { id: 'first' })).toEqual({ left: 1 });
  });

  it('is refused as its contract says, and stays as it was', async () => {
    const tooMany = new ReserveStock({ sku: 'mug', quantity: 2 });
    await expect(opened.send(tooMany, user('ada'))).rejects.toThrow(SoldOut);
    await expect(opened.send(tooMany, nobody)).rejects.toThrow('signed-in');
    expect(await opened.send(new ReserveStock({ sku: 'mug', quantity: 1 }), user('ada'))).toEqual({ left: 0 });
  });

  it('shows what a handler threw', async () => {
    const sent = opened.send(new ReserveStock({ sku: 'no such thing', quantity: 1 }), user('ada'));
    await expect(sent).rejects.toMatchObject({ cause: { name: 'EntityNotFoundError' } });
  });
});

interface Taken {
  quantity: number;
}

describe('a decision', () => {
  const shelf = { initial: () => 3, evolve: (left: number, { quantity }: Taken) => left - quantity };
  const take = (quantity: number) => (left: number): Taken[] => {
    if (quantity > left) throw new SoldOut({ left });
    return [{ quantity }];
  };

  it('is one of plain functions', () => {
    given(shelf, { quantity: 2 }).when(take(1)).thenRecorded({ quantity: 1 });
    given(shelf, { quantity: 2 }).when(take(2)).thenRefused(SoldOut);
  });
});
