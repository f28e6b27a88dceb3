import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ShipmentDispatched } from '../../shipments/shipments.contract.js';
import { ReleaseStock, ReturnStock } from '../inventory.contract.js';
import { openInventory, type InventoryUnderTest } from '../testing/open-inventory.js';

let inventory: InventoryUnderTest;
beforeAll(async () => void (inventory = await openInventory()));
afterAll(() => inventory.close());

const dispatched = (orderId: string): Promise<void> =>
  inventory.deliver('stock-commits', new ShipmentDispatched({ orderId, shipmentId: randomUUID() }));

describe('returning the stock of an order', () => {
  it('puts dispatched goods on hand again, once', async () => {
    const orderId = await inventory.reserved('A-1');
    await dispatched(orderId);
    await Promise.all([1, 2].map(() => inventory.send(new ReturnStock({ orderId }))));
    await inventory.send(new ReturnStock({ orderId }));
    expect(await inventory.level('A-1')).toEqual({ sku: 'A-1', onHand: 10, reserved: 0, available: 10 });
  });

  it('that overtakes the news of the dispatch ends the same', async () => {
    const orderId = await inventory.reserved('B-1');
    await inventory.send(new ReturnStock({ orderId }));
    await dispatched(orderId);
    expect(await inventory.level('B-1')).toEqual({ sku: 'B-1', onHand: 10, reserved: 0, available: 10 });
  });

  it('of an order without any, or with a released one, does nothing', async () => {
    const orderId = await inventory.reserved('C-1');
    await inventory.send(new ReleaseStock({ orderId }));
    await inventory.send(new ReturnStock({ orderId }));
    await inventory.send(new ReturnStock({ orderId: randomUUID() }));
    expect(await inventory.level('C-1')).toEqual({ sku: 'C-1', onHand: 10, reserved: 0, available: 10 });
  });
});
