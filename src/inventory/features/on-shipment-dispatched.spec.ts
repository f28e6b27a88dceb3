import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ShipmentDispatched } from '../../shipments/shipments.contract.js';
import { ReserveStock } from '../inventory.contract.js';
import { openInventory, type InventoryUnderTest } from '../testing/open-inventory.js';

let inventory: InventoryUnderTest;
beforeAll(async () => void (inventory = await openInventory()));
afterAll(() => inventory.close());

const dispatched = (orderId: string, id?: string): Promise<void> =>
  inventory.deliver('stock-commits', new ShipmentDispatched({ orderId, shipmentId: randomUUID() }), id);

describe('a dispatched shipment', () => {
  it('takes the reserved goods off, once', async () => {
    const [orderId, eventId] = [randomUUID(), randomUUID()];
    await inventory.receive('A-1', 10);
    await inventory.send(new ReserveStock({ orderId, lines: [{ sku: 'A-1', quantity: 4 }] }));
    await dispatched(orderId, eventId);
    await dispatched(orderId, eventId);
    await dispatched(orderId);
    expect(await inventory.level('A-1')).toEqual({ sku: 'A-1', onHand: 6, reserved: 0, available: 6 });
  });

  it('of an order that reserved nothing changes nothing', async () => {
    await inventory.receive('B-1', 10);
    await dispatched(randomUUID());
    expect((await inventory.level('B-1')).onHand).toBe(10);
  });
});
