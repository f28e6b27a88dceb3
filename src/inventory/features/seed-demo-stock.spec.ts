import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openInventory, type InventoryUnderTest } from '../testing/open-inventory.js';
import { DEMO_QUANTITY, DEMO_SKUS } from './seed-demo-stock.js';

let inventory: InventoryUnderTest;
beforeAll(async () => void (inventory = await openInventory()));
afterAll(() => inventory.close());

describe('the demo stock', () => {
  it('is there after the first start and left alone by the next', async () => {
    await inventory.receive('MUG-002', 3);
    await inventory.sow();
    await inventory.receive('MUG-001', 1);
    await inventory.sow();
    expect((await inventory.level('MUG-001')).onHand).toBe(DEMO_QUANTITY + 1);
    expect((await inventory.level('MUG-002')).onHand).toBe(3);
    for (const sku of DEMO_SKUS) expect((await inventory.level(sku)).onHand).toBeGreaterThan(0);
  });
});
