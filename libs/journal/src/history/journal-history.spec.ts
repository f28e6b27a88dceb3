import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { requireScope } from '@isolith/message-bus';
import { openTestContext, type TestContext } from '../testing/index.js';
import { CreateSale, Returned, Sold } from '../testing/sample-sales.js';
import { JournalHistory, type HistoryFilter } from './journal-history.js';

let sales: TestContext;
let history: JournalHistory;

beforeAll(async () => {
  sales = await openTestContext({ context: 'sales', migrations: [CreateSale] });
});
beforeEach(async () => {
  await sales.unit.run(() => sales.unit.execute('TRUNCATE sales.journal RESTART IDENTITY'));
  history = new JournalHistory(sales.journal, 10);
});
afterAll(() => sales.close());

const published = (...events: readonly object[]) =>
  sales.unit.run(async () => {
    for (const event of events) requireScope().unit?.append(event);
  });
const appended = (stream: string, version: number, ...events: readonly object[]) =>
  sales.unit.run(async () => sales.unit.append(stream, version, events));
const sold = (nth: number) => new Sold({ saleId: `s${nth}`, amount: nth });
/** All pages, with how many there were. */
async function all(filter: HistoryFilter, limit: number) {
  const pages = [await history.newest(filter, limit)];
  for (let next = pages[0]?.nextCursor; next !== undefined; next = pages.at(-1)?.nextCursor)
    pages.push(await history.newest(filter, limit, next));
  return { positions: pages.flatMap(({ items }) => items.map(({ position }) => position)), pages: pages.length };
}

describe('what a context has recorded', () => {
  it('is shown newest first, as it is stored, page by page', async () => {
    await published(sold(1), sold(2));
    await appended('sale-s3', 0, sold(3), new Returned({ saleId: 's3' }));
    const { items, nextCursor } = await history.newest({}, 2);
    expect(items).toEqual([
      {
        position: 4,
        stream: 'sale-s3',
        version: 2,
        type: 'sales.returned',
        schema_version: 1,
        data: { saleId: 's3' },
        metadata: expect.objectContaining({ id: expect.any(String), correlationid: expect.any(String) }),
        at: expect.stringMatching(/Z$/),
      },
      expect.objectContaining({ position: 3, stream: 'sale-s3', version: 1 }),
    ]);
    expect((await history.newest({}, 2, nextCursor)).items).toEqual([
      expect.objectContaining({ position: 2, data: { saleId: 's2', amount: 2 } }),
      expect.not.objectContaining({ stream: expect.anything() }),
    ]);
    expect(await all({}, 3)).toEqual({ positions: [4, 3, 2, 1], pages: 2 });
    expect(await history.newest({}, 3, '0')).toEqual({ items: [] });
  });

  it('of one type is looked for a part at a time, to the first', async () => {
    await published(new Returned({ saleId: 'a' }), ...Array.from({ length: 25 }, (_, nth) => sold(nth)), sold(99));
    expect(await history.newest({ type: 'sales.returned' }, 5)).toEqual({ items: [], nextCursor: '18' });
    expect(await all({ type: 'sales.returned' }, 5)).toEqual({ positions: [1], pages: 3 });
    expect((await all({ type: 'sales.sold' }, 5)).positions).toHaveLength(26);
    expect((await all({ type: 'sales.none' }, 5)).positions).toEqual([]);
  });

  it('of one stream is that, by type if need be', async () => {
    for (let nth = 0; nth < 6; nth += 1) {
      await appended('sale-a', nth, nth % 2 === 0 ? sold(nth) : new Returned({ saleId: 'a' }));
      await published(sold(100 + nth));
    }
    expect((await all({ stream: 'sale-a' }, 2)).positions).toEqual([11, 9, 7, 5, 3, 1]);
    expect((await all({ stream: 'sale-a', type: 'sales.sold' }, 2)).positions).toEqual([9, 5, 1]);
    // A cursor of another list is a position all the same.
    expect((await history.newest({ stream: 'sale-a' }, 2, '6')).items).toMatchObject([
      { position: 5 },
      { position: 3 },
    ]);
    expect(await all({ stream: 'sale-b' }, 2)).toEqual({ positions: [], pages: 1 });
    expect((await history.ofStream('sale-a', 1, 3)).map(({ version }) => version)).toEqual([2, 3, 4]);
    expect(await history.ofStream('sale-a', 6, 3)).toEqual([]);
  });

  it('of an empty journal is nothing', async () => {
    expect(await all({}, 5)).toEqual({ positions: [], pages: 1 });
    expect(await all({ type: 'sales.sold' }, 5)).toEqual({ positions: [], pages: 1 });
  });

  it('refuses a limit and a cursor that are none', async () => {
    for (const limit of [0, 101, 1.5]) await expect(history.newest({}, limit)).rejects.toThrow(RangeError);
    for (const cursor of ['x', '-1', '']) await expect(history.newest({}, 1, cursor)).rejects.toThrow(RangeError);
    await expect(history.ofStream('a', 0, 501)).rejects.toThrow(RangeError);
  });
});
