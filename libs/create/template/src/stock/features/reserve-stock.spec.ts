import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForbiddenError } from '@isolith/contracts';
import { type ContextUnderTest, nobody, openContext, service } from '@isolith/testing';
import { stock as described } from '../stock.context.js';
import { GetStock, OutOfStock, ReceiveStock, ReleaseStock, ReserveStock } from '../stock.contract.js';
import { StockModule } from '../stock.module.js';

let stock: ContextUnderTest;
beforeAll(async () => {
  stock = await openContext(described, { module: StockModule });
  await stock.send(new ReceiveStock({ sku: 'mug', quantity: 5 }), nobody);
});
afterAll(() => stock.close());

const reserve = (quantity: number, orderId: string = randomUUID()) =>
  stock.send(new ReserveStock({ orderId, sku: 'mug', quantity }), service('orders'));
const available = async () => (await stock.ask(new GetStock({ sku: 'mug' }), nobody)).available;

describe('reserving stock', () => {
  it('never gives more than there is, and gives back what is released, once', async () => {
    const orderId = randomUUID();
    await reserve(3, orderId);
    await expect(reserve(3)).rejects.toMatchObject({ data: { sku: 'mug', available: 2 } });
    await expect(reserve(3)).rejects.toThrow(OutOfStock);
    for (let nth = 0; nth < 2; nth += 1) await stock.send(new ReleaseStock({ orderId }), service('orders'));
    expect(await available()).toBe(5);
  });

  it('is for orders alone', async () => {
    const refused = stock.send(new ReserveStock({ orderId: randomUUID(), sku: 'mug', quantity: 1 }), nobody);
    await expect(refused).rejects.toThrow(ForbiddenError);
  });
});
