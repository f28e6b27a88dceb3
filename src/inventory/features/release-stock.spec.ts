import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ShipmentDispatched } from '../../shipments/shipments.contract.js';
import { ReleaseStock, ReservationReleased, ReserveStock } from '../inventory.contract.js';
import { openInventory, type InventoryUnderTest } from '../testing/open-inventory.js';

let inventory: InventoryUnderTest;
beforeAll(async () => void (inventory = await openInventory()));
afterAll(() => inventory.close());

describe('releasing the stock of an order', () => {
  it('makes it available again and says so', async () => {
    const orderId = await inventory.reserved('A-1');
    await inventory.send(new ReleaseStock({ orderId }));
    expect(await inventory.level('A-1')).toEqual({ sku: 'A-1', onHand: 10, reserved: 0, available: 10 });
    expect((await inventory.recorded(orderId)).map(({ type }) => type)).toEqual([
      'inventory.stock-reserved',
      'inventory.stock-released',
    ]);
  });

  it('twice, also at once, is once', async () => {
    const orderId = await inventory.reserved('B-1');
    await Promise.all([1, 2, 3].map(() => inventory.send(new ReleaseStock({ orderId }))));
    await inventory.send(new ReleaseStock({ orderId }));
    expect((await inventory.level('B-1')).reserved).toBe(0);
    expect((await inventory.recorded(orderId)).filter(({ type }) => type === 'inventory.stock-released')).toHaveLength(
      1,
    );
  });

  it('before it was reserved refuses the late reservation', async () => {
    const orderId = randomUUID();
    await inventory.receive('C-1', 10);
    await inventory.send(new ReleaseStock({ orderId }));
    await expect(
      inventory.send(new ReserveStock({ orderId, lines: [{ sku: 'C-1', quantity: 1 }] })),
    ).rejects.toBeInstanceOf(ReservationReleased);
    expect((await inventory.level('C-1')).reserved).toBe(0);
  });

  it('at the same time as the reservation leaves nothing reserved', async () => {
    await inventory.receive('D-1', 100);
    const orders = Array.from({ length: 10 }, () => randomUUID());
    await Promise.allSettled(
      orders.flatMap((orderId) => [
        inventory.send(new ReserveStock({ orderId, lines: [{ sku: 'D-1', quantity: 1 }] })),
        inventory.send(new ReleaseStock({ orderId })),
      ]),
    );
    expect((await inventory.level('D-1')).reserved).toBe(0);
  });

  it('after it was dispatched does nothing', async () => {
    const orderId = await inventory.reserved('E-1');
    await inventory.deliver('stock-commits', new ShipmentDispatched({ orderId, shipmentId: randomUUID() }));
    await inventory.send(new ReleaseStock({ orderId }));
    expect(await inventory.level('E-1')).toEqual({ sku: 'E-1', onHand: 6, reserved: 0, available: 6 });
  });
});
