import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForbiddenError } from '@isolith/contracts';
import fc from 'fast-check';
import { OutOfStock, ReservationDiffers, ReserveStock, type StockLine } from '../inventory.contract.js';
import { openInventory, type InventoryUnderTest } from '../testing/open-inventory.js';

let inventory: InventoryUnderTest;
beforeAll(async () => void (inventory = await openInventory()));
afterAll(() => inventory.close());

const reserve = (lines: StockLine[], orderId: string = randomUUID()): Promise<void> =>
  inventory.send(new ReserveStock({ orderId, lines }));
const lows = async (sku: string): Promise<unknown[]> =>
  (await inventory.recorded(sku))
    .filter(({ type }) => type === 'inventory.stock-low')
    .map(({ data }) => data['available']);

describe('reserving stock', () => {
  it('sets all lines aside and says so', async () => {
    await inventory.receive('A-1', 10);
    await inventory.receive('A-2', 20);
    const orderId = randomUUID();
    await reserve(
      [
        { sku: 'A-2', quantity: 4 },
        { sku: 'A-1', quantity: 3 },
      ],
      orderId,
    );
    expect(await inventory.level('A-1')).toEqual({ sku: 'A-1', onHand: 10, reserved: 3, available: 7 });
    expect(await inventory.level('A-2')).toEqual({ sku: 'A-2', onHand: 20, reserved: 4, available: 16 });
    expect(await inventory.recorded(orderId)).toEqual([{ type: 'inventory.stock-reserved', data: { orderId } }]);
  });

  it('is all or nothing', async () => {
    await inventory.receive('B-1', 10);
    await inventory.receive('B-2', 1);
    const orderId = randomUUID();
    const refused = reserve(
      [
        { sku: 'B-1', quantity: 3 },
        { sku: 'B-2', quantity: 2 },
      ],
      orderId,
    );
    await expect(refused).rejects.toBeInstanceOf(OutOfStock);
    await expect(refused).rejects.toMatchObject({ data: { sku: 'B-2', requested: 2, available: 1 } });
    expect((await inventory.level('B-1')).reserved).toBe(0);
    expect(await inventory.recorded(orderId)).toEqual([]);
    // Nothing of the refused one is left: the order can still reserve what there is.
    await reserve([{ sku: 'B-2', quantity: 1 }], orderId);
  });

  it('of a sku never received finds none available', async () => {
    await expect(reserve([{ sku: 'NEVER-1', quantity: 1 }])).rejects.toMatchObject({
      data: { sku: 'NEVER-1', requested: 1, available: 0 },
    });
  });

  it('adds up lines of one sku', async () => {
    await inventory.receive('C-1', 10);
    await expect(
      reserve([
        { sku: 'C-1', quantity: 6 },
        { sku: 'C-1', quantity: 5 },
      ]),
    ).rejects.toMatchObject({ data: { requested: 11, available: 10 } });
    await reserve([
      { sku: 'C-1', quantity: 6 },
      { sku: 'C-1', quantity: 4 },
    ]);
    expect((await inventory.level('C-1')).available).toBe(0);
  });

  it('twice for one order is once, and other lines are refused', async () => {
    await inventory.receive('D-1', 10);
    const orderId = randomUUID();
    await reserve([{ sku: 'D-1', quantity: 2 }], orderId);
    await reserve(
      [
        { sku: 'D-1', quantity: 1 },
        { sku: 'D-1', quantity: 1 },
      ],
      orderId,
    );
    expect((await inventory.level('D-1')).reserved).toBe(2);
    await expect(reserve([{ sku: 'D-1', quantity: 3 }], orderId)).rejects.toBeInstanceOf(ReservationDiffers);
  });

  it('is for orders only', async () => {
    const command = new ReserveStock({ orderId: randomUUID(), lines: [{ sku: 'A-1', quantity: 1 }] });
    await expect(inventory.send(command, 'payments')).rejects.toBeInstanceOf(ForbiddenError);
    await expect(inventory.sendAsUser(command, ['admin'])).rejects.toBeInstanceOf(ForbiddenError);
  });
});

describe('many orders at once', () => {
  it('never sell more than there is', async () => {
    await inventory.receive('E-1', 20);
    const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => reserve([{ sku: 'E-1', quantity: 1 }])));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(20);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(OutOfStock);
    expect(await inventory.level('E-1')).toEqual({ sku: 'E-1', onHand: 20, reserved: 20, available: 0 });
    expect(await lows('E-1')).toEqual([5]);
  });

  it('get either all of their lines or none, whatever order they name them in', async () => {
    await inventory.receive('F-1', 10);
    await inventory.receive('F-2', 10);
    const both: StockLine[] = [
      { sku: 'F-1', quantity: 1 },
      { sku: 'F-2', quantity: 1 },
    ];
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) => reserve(index % 2 === 0 ? both : both.toReversed())),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect((await inventory.level('F-1')).available).toBe(0);
    expect((await inventory.level('F-2')).available).toBe(0);
  });
});

describe('low stock', () => {
  it('is told once per crossing', async () => {
    await inventory.receive('G-1', 8);
    await reserve([{ sku: 'G-1', quantity: 2 }]);
    expect(await lows('G-1')).toEqual([]);
    await reserve([{ sku: 'G-1', quantity: 1 }]);
    await reserve([{ sku: 'G-1', quantity: 1 }]);
    expect(await lows('G-1')).toEqual([5]);
    await inventory.receive('G-1', 10);
    await reserve([{ sku: 'G-1', quantity: 12 }]);
    expect(await lows('G-1')).toEqual([5, 2]);
  });
});

describe('any sequence of reservations', () => {
  it('keeps 0 <= reserved <= on hand, and reserved is the sum of what was granted', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
        async (onHand, quantities) => {
          const sku = `H-${(round += 1)}`;
          await inventory.receive(sku, onHand);
          let granted = 0;
          for (const quantity of quantities) {
            const fits = granted + quantity <= onHand;
            const outcome = await reserve([{ sku, quantity }]).then(
              () => true,
              (error: unknown) => !(error instanceof OutOfStock),
            );
            expect(outcome).toBe(fits);
            if (fits) granted += quantity;
          }
          expect(await inventory.level(sku)).toEqual({ sku, onHand, reserved: granted, available: onHand - granted });
        },
      ),
      { numRuns: 20, includeErrorInReport: true },
    );
  });
});
