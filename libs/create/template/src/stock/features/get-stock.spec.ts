import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ContextUnderTest, nobody, openContext } from '@isolith/testing';
import { stock as described } from '../stock.context.js';
import { GetStock, ReceiveStock } from '../stock.contract.js';
import { StockModule } from '../stock.module.js';

let stock: ContextUnderTest;
beforeAll(async () => void (stock = await openContext(described, { module: StockModule })));
afterAll(() => stock.close());

describe('the stock of a sku', () => {
  it('is what was received', async () => {
    await stock.send(new ReceiveStock({ sku: 'mug', quantity: 3 }), nobody);
    expect(await stock.ask(new GetStock({ sku: 'mug' }), nobody)).toEqual({ sku: 'mug', available: 3 });
  });

  it('is none when none was ever received', async () => {
    expect(await stock.ask(new GetStock({ sku: 'hat' }), nobody)).toEqual({ sku: 'hat', available: 0 });
  });
});
