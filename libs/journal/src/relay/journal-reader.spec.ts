import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestContext, type TestContext } from '../testing/index.js';
import { Returned, Sold } from '../testing/sample-sales.js';
import { FencedReader } from './fenced-reader.js';
import { SingleSessionReader, type JournalReader } from './journal-reader.js';

let sales: TestContext;
beforeAll(async () => {
  sales = await openTestContext({ context: 'sales' });
});
afterAll(() => sales.close());

const sold = Sold.contract.name;
const returned = Returned.contract.name;
const record = (...events: readonly object[]) => {
  const stream = crypto.randomUUID();
  return sales.unit.run(async () => sales.unit.append(stream, 0, events));
};
const positions = async (reader: JournalReader, after: number, types: readonly string[], limit: number) => {
  const { events, upTo } = await reader.readAfter(after, types, limit);
  return { found: events.map(({ position }) => position - after), upTo: upTo - after };
};

describe.each([
  ['of a single session', () => new SingleSessionReader(sales.journal)],
  ['with a fence', () => new FencedReader(sales.journal)],
])('a reader %s', (_, make) => {
  it('knows the end of a journal, used or not', async () => {
    await sales.unit.run(() => sales.unit.execute('TRUNCATE sales.journal RESTART IDENTITY'));
    const reader = make();
    expect(await reader.end()).toBe(0);
    expect(await positions(reader, 0, [sold], 10)).toEqual({ found: [], upTo: 0 });
    await record(new Sold({ saleId: 'a', amount: 1 }));
    expect(await reader.end()).toBe(1);
    expect(await positions(reader, 0, [sold], 10)).toEqual({ found: [1], upTo: 1 });
  });

  it('reads the types asked for, in order, as far as the limit, and goes on behind it', async () => {
    const reader = make();
    const start = await reader.end();
    await record(
      ...[1, 2, 3].map((amount) => new Sold({ saleId: 'a', amount })),
      new Returned({ saleId: 'a' }),
      new Sold({ saleId: 'a', amount: 4 }),
    );
    expect(await positions(reader, start, [sold], 2)).toEqual({ found: [1, 2], upTo: 2 });
    expect(await positions(reader, start + 2, [sold], 2)).toEqual({ found: [1, 3], upTo: 3 });
    expect(await positions(reader, start, [returned], 2)).toEqual({ found: [4], upTo: 5 });
    expect(await positions(reader, start, [sold, returned], 9)).toEqual({ found: [1, 2, 3, 4, 5], upTo: 5 });
  });

  it('passes over positions whose unit was rolled back', async () => {
    const reader = make();
    const start = await reader.end();
    await record(new Sold({ saleId: 'a', amount: 1 }));
    const undone = sales.unit.run(async () => {
      await sales.unit.query(Sold.contract.input.partial(), "SELECT nextval('sales.journal_position_seq')");
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await record(new Sold({ saleId: 'a', amount: 2 }));
    expect(await positions(reader, start, [sold], 10)).toEqual({ found: [1, 3], upTo: 3 });
  });
});
