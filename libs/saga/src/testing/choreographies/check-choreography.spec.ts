import { describe, expect, it } from '@jest/globals';
import { lowStock, NoSupplier, Reorder, StockGone, StockLow } from '../../spec-support/low-stock.js';
import { checkChoreography, spelledViolation } from '../index.js';

const low = new StockLow({ sku: 'MUG', left: 2 });
const gone = new StockGone({ sku: 'MUG' });

describe('the kit for choreographies', () => {
  it('finds nothing in a sound one, in which everybody agrees', async () => {
    const { violations, histories, summary } = await checkChoreography(lowStock, {
      events: [low, gone, new StockGone({ sku: 'dead' })],
      maxHistories: 300,
    });
    expect(violations.map(spelledViolation)).toEqual([]);
    expect(histories).toBeGreaterThan(400);
    expect(summary).toMatch(/^alerts\.low-stock: \d+ histories of 3 events \(at most 300 of an event, /);
  });

  it('nor where what it asks is refused', async () => {
    const { violations } = await checkChoreography(lowStock, {
      events: [low, gone],
      receivers: (receivers) =>
        receivers.answering(Reorder, () => {
          throw new NoSupplier({});
        }),
      maxHistories: 300,
    });
    expect(violations.map(spelledViolation)).toEqual([]);
  });

  it('says what is wrong with a trial', async () => {
    await expect(checkChoreography(lowStock, { events: [] })).rejects.toThrow('events: at least one is needed');
    await expect(checkChoreography(lowStock, { events: [low, gone], replay: [] })).rejects.toThrow(
      'replay: which event?',
    );
    await expect(checkChoreography(lowStock, { events: [low], replay: ['never'] })).rejects.toThrow(
      'no history has "never"',
    );
  });
});
