import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StockNotFound } from '../inventory.contract.js';
import { openInventory, type InventoryUnderTest } from '../testing/open-inventory.js';

let inventory: InventoryUnderTest;
beforeAll(async () => void (inventory = await openInventory()));
afterAll(() => inventory.close());

describe('the stock of a sku', () => {
  it('is what was received', async () => {
    await inventory.receive('MUG-001', 3);
    expect(await inventory.level('MUG-001')).toEqual({ sku: 'MUG-001', onHand: 3, reserved: 0, available: 3 });
  });

  it('is not known when none was ever received', async () => {
    const asked = inventory.level('NONE-1');
    await expect(asked).rejects.toBeInstanceOf(StockNotFound);
    await expect(asked).rejects.toMatchObject({ data: { sku: 'NONE-1' } });
  });
});
