import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForbiddenError } from '@isolith/contracts';
import { MOST_ON_HAND } from '../infra/stock.js';
import { ReceiveStock, TooMuchStock } from '../inventory.contract.js';
import { openInventory, type InventoryUnderTest } from '../testing/open-inventory.js';

let inventory: InventoryUnderTest;
beforeAll(async () => void (inventory = await openInventory()));
afterAll(() => inventory.close());

describe('receiving stock', () => {
  it('puts a sku never seen before on hand', async () => {
    expect(await inventory.receive('NEW-1', 7)).toEqual({ sku: 'NEW-1', onHand: 7, reserved: 0, available: 7 });
  });

  it('adds to what is there', async () => {
    await inventory.receive('MORE-1', 7);
    expect(await inventory.receive('MORE-1', 5)).toEqual({ sku: 'MORE-1', onHand: 12, reserved: 0, available: 12 });
  });

  it('counts all of many receipts at once', async () => {
    await Promise.all(Array.from({ length: 20 }, () => inventory.receive('BUSY-1', 3)));
    expect((await inventory.level('BUSY-1')).onHand).toBe(60);
  });

  it('stops at what can be counted', async () => {
    await inventory.receive('FULL-1', 1_000_000);
    await inventory.receive('FULL-1', 1);
    await inventory.write('UPDATE inventory.stock SET on_hand = $2 WHERE sku = $1', ['FULL-1', MOST_ON_HAND - 1]);
    await expect(inventory.receive('FULL-1', 2)).rejects.toBeInstanceOf(TooMuchStock);
    expect((await inventory.receive('FULL-1', 1)).onHand).toBe(MOST_ON_HAND);
  });

  it('is for admins, and for no other user', async () => {
    const receipt = new ReceiveStock({ sku: 'NEW-2', quantity: 1 });
    await expect(inventory.sendAsUser(receipt, ['customer', 'support'])).rejects.toBeInstanceOf(ForbiddenError);
    expect((await inventory.sendAsUser(receipt, ['admin'])).onHand).toBe(1);
  });
});
