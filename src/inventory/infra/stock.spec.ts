import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { NoOpenUnitError } from '@isolith/message-bus';
import { inventoryMigrations } from './inventory.migrations.js';
import { Stock } from './stock.js';

let context: TestContext;
let stock: Stock;
beforeAll(async () => {
  context = await openTestContext({ context: 'inventory', migrations: inventoryMigrations });
  stock = new Stock(context.unit, context.database);
  await context.unit.run(async () => {
    for (const sku of ['C-1', 'A-1', 'B-1']) await stock.receive({ sku, quantity: 5 });
  });
});
afterAll(() => context.close());

describe('the rows of stock', () => {
  it('are locked in the order of skus, whatever order they are asked for in', async () => {
    const locked = await context.unit.run(() => stock.lock(['C-1', 'NONE-1', 'A-1', 'B-1']));
    expect([...locked.keys()]).toEqual(['A-1', 'B-1', 'C-1']);
  });

  it.each([
    ['more reserved than on hand', { onHand: 0, reserved: 1 }, 'stock_never_oversold'],
    ['less than nothing reserved', { onHand: 0, reserved: -1 }, 'reserved'],
    ['less than nothing on hand', { onHand: -1, reserved: 0 }, 'check constraint'],
  ] as const)('refuse %s by themselves', async (_, move, constraint) => {
    await expect(context.unit.run(async () => stock.move([{ sku: 'A-1', quantity: 6 }], move))).rejects.toThrow(
      constraint,
    );
    expect(await stock.level('A-1')).toEqual({ sku: 'A-1', onHand: 5, reserved: 0, available: 5 });
  });

  it('are written in a unit of work only', async () => {
    await expect(stock.receive({ sku: 'A-1', quantity: 1 })).rejects.toBeInstanceOf(NoOpenUnitError);
  });
});
