import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ContextUnderTest, nobody, openContext } from '@isolith/testing';
import { stock as described } from '../stock.context.js';
import { GetStock, ReceiveStock } from '../stock.contract.js';
import { StockModule } from '../stock.module.js';

let stock: ContextUnderTest;
beforeAll(async () => void (stock = await openContext(described, { module: StockModule })));
afterAll(() => stock.close());

describe('receiving stock', () => {
  it('adds to what is there', async () => {
    await stock.send(new ReceiveStock({ sku: 'mug', quantity: 3 }), nobody);
    expect(await stock.send(new ReceiveStock({ sku: 'mug', quantity: 4 }), nobody)).toEqual({
      sku: 'mug',
      available: 7,
    });
  });

  it('counts once, however often it is sent', async () => {
    for (let nth = 0; nth < 2; nth += 1)
      await stock.send(new ReceiveStock({ sku: 'cap', quantity: 5 }), nobody, { id: 'a-receipt' });
    expect(await stock.ask(new GetStock({ sku: 'cap' }), nobody)).toEqual({ sku: 'cap', available: 5 });
  });
});
