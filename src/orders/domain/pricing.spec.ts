import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ForeignCurrency, MAX_TOTAL_MINOR, OrderTooLarge, PriceMoved, UnknownSku } from '../orders.contract.js';
import { priceLines } from './pricing.js';

const EUROS = { currency: 'EUR', tolerancePercent: 0 };
const mug = { sku: 'MUG', name: 'Mug', priceMinor: 1250, currency: 'EUR' };
const pen = { sku: 'PEN', name: 'Pen', priceMinor: 99, currency: 'EUR' };

describe('pricing', () => {
  it('puts name and price to each line and adds up', () => {
    expect(
      priceLines(
        [
          { sku: 'PEN', quantity: 3 },
          { sku: 'MUG', quantity: 2 },
          { sku: 'PEN', quantity: 1 },
        ],
        [mug, pen],
        EUROS,
      ),
    ).toEqual({
      lines: [
        { sku: 'PEN', name: 'Pen', quantity: 3, unitPriceMinor: 99 },
        { sku: 'MUG', name: 'Mug', quantity: 2, unitPriceMinor: 1250 },
        { sku: 'PEN', name: 'Pen', quantity: 1, unitPriceMinor: 99 },
      ],
      totalMinor: 2896,
    });
  });

  it('refuses a sku without a price, pointing to the first of them', () => {
    const price = (): unknown =>
      priceLines(
        [
          { sku: 'MUG', quantity: 1 },
          { sku: 'CUP', quantity: 1 },
          { sku: 'JAR', quantity: 1 },
        ],
        [mug],
        EUROS,
      );
    expect(price).toThrow(UnknownSku);
    expect(price).toThrow(expect.objectContaining({ data: { sku: 'CUP', pointer: '/lines/1/sku' } }));
  });

  it('refuses a price in another currency', () => {
    const price = (): unknown => priceLines([{ sku: 'MUG', quantity: 1 }], [{ ...mug, currency: 'USD' }], EUROS);
    expect(price).toThrow(ForeignCurrency);
    expect(price).toThrow(
      expect.objectContaining({ data: { sku: 'MUG', currency: 'USD', expected: 'EUR', pointer: '/lines/0/sku' } }),
    );
  });

  it('keeps the price that was shown while it has moved by no more than the share, up or down', () => {
    const shown = (shownPriceMinor: number, tolerancePercent: number) => (): unknown =>
      priceLines(
        [
          { sku: 'PEN', quantity: 1 },
          { sku: 'MUG', quantity: 2, shownPriceMinor },
        ],
        [mug, pen],
        {
          currency: 'EUR',
          tolerancePercent,
        },
      ).totalMinor;
    expect([shown(1250, 0)(), shown(1200, 5)(), shown(1300, 5)()]).toEqual([2599, 2499, 2699]);
    for (const moved of [shown(1249, 0), shown(1251, 0), shown(1190, 5), shown(1316, 5), shown(0, 50)])
      expect(moved).toThrow(PriceMoved);
    expect(shown(1190, 5)).toThrow(
      expect.objectContaining({
        data: { sku: 'MUG', shownPriceMinor: 1190, priceMinor: 1250, pointer: '/lines/1/sku' },
      }),
    );
  });

  it('law: what is paid for one differs from its price by the share at most', () => {
    const price = fc.integer({ min: 0, max: 1_000_000_000 });
    fc.assert(
      fc.property(price, price, fc.integer({ min: 0, max: 50 }), (shownPriceMinor, priceMinor, tolerancePercent) => {
        const pay = (): number =>
          priceLines([{ sku: 'MUG', quantity: 1, shownPriceMinor }], [{ ...mug, priceMinor }], {
            currency: 'EUR',
            tolerancePercent,
          }).totalMinor;
        const moved = Math.abs(priceMinor - shownPriceMinor) * 100;
        if (moved <= shownPriceMinor * tolerancePercent) expect(pay()).toBe(shownPriceMinor);
        else expect(pay).toThrow(PriceMoved);
      }),
    );
  });

  it('takes a total up to the bound and refuses one above it', () => {
    const priced = (priceMinor: number): unknown =>
      priceLines([{ sku: 'MUG', quantity: 1000 }], [{ ...mug, priceMinor }], EUROS);
    expect(priced(MAX_TOTAL_MINOR / 1000)).toMatchObject({ totalMinor: MAX_TOTAL_MINOR });
    expect(() => priced(MAX_TOTAL_MINOR / 1000 + 1)).toThrow(OrderTooLarge);
  });

  it('yields an exact sum or none, whatever the prices', () => {
    const line = fc.record({ priceMinor: fc.maxSafeNat(), quantity: fc.integer({ min: 1, max: 1000 }) });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 50 }), (asked) => {
        const prices = asked.map(({ priceMinor }, index) => ({
          sku: `S${index}`,
          name: 'x',
          priceMinor,
          currency: 'EUR',
        }));
        const exact = asked.reduce((sum, { priceMinor, quantity }) => sum + BigInt(priceMinor) * BigInt(quantity), 0n);
        const price = (): number =>
          priceLines(
            asked.map(({ quantity }, index) => ({ sku: `S${index}`, quantity })),
            prices,
            EUROS,
          ).totalMinor;
        if (exact > BigInt(MAX_TOTAL_MINOR)) expect(price).toThrow(OrderTooLarge);
        else expect(BigInt(price())).toBe(exact);
      }),
      { verbose: 1 },
    );
  });
});
