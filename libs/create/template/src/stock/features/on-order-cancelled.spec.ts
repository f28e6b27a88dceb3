import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ContextUnderTest, nobody, openContext, service } from '@isolith/testing';
import { OrderCancelled } from '../../orders/orders.contract.js';
import { stock as described } from '../stock.context.js';
import { GetStock, ReceiveStock, ReserveStock } from '../stock.contract.js';
import { StockModule } from '../stock.module.js';

let stock: ContextUnderTest;
beforeAll(async () => void (stock = await openContext(described, { module: StockModule })));
afterAll(() => stock.close());

const available = async () => (await stock.ask(new GetStock({ sku: 'mug' }), nobody)).available;

describe('a cancelled order', () => {
  it('puts its goods back once, however often it is told', async () => {
    const orderId = randomUUID();
    await stock.send(new ReceiveStock({ sku: 'mug', quantity: 3 }), nobody);
    await stock.send(new ReserveStock({ orderId, sku: 'mug', quantity: 2 }), service('orders'));
    expect(await available()).toBe(1);
    for (const id of ['told', 'told', 'told again'])
      await stock.deliver('cancelled-orders', new OrderCancelled({ orderId }), id);
    expect(await available()).toBe(3);
  });
});
