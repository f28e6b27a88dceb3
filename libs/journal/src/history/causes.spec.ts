import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { requireScope, runAs, withOptions, type MessageRouter } from '@isolith/message-bus';
import { openTestContext, type TestContext } from '../testing/index.js';
import { busOf, CreateSale, Returned, Sell, Sold } from '../testing/sample-sales.js';
import { causesIn } from './causes.js';

let sales: TestContext;
let router: MessageRouter;

beforeAll(async () => {
  sales = await openTestContext({ context: 'sales', migrations: [CreateSale] });
  const bus = await busOf(sales.journal, {
    sell: ({ saleId, amount }) =>
      sales.unit.run(async () => {
        sales.unit.append(`sale-${saleId}`, 0, [new Sold({ saleId, amount })]);
        requireScope().unit?.append(new Returned({ saleId }));
        return { total: amount };
      }),
  });
  ({ router } = bus);
});
beforeEach(() => sales.unit.run(() => sales.unit.execute('TRUNCATE sales.journal RESTART IDENTITY')));
afterAll(() => sales.close());

const sell = (id: string, correlationId: string) =>
  runAs('sales', () => router.send(withOptions(new Sell({ saleId: id, amount: 5 }), { id })), { correlationId });

describe('what a context has recorded under a correlation id', () => {
  it('is its events, with the commands that recorded them and how those ended', async () => {
    await sell('first', 'one');
    await sell('second', 'two');
    await runAs('sales', () => sales.unit.run(async () => requireScope().unit?.append(new Returned({ saleId: 'x' }))), {
      correlationId: 'one',
    });
    const at = expect.stringMatching(/Z$/);
    expect(await causesIn(sales.journal, 'one', 10)).toEqual({
      items: [
        { id: 'first', kind: 'command', name: 'sales.sell', at, outcome: 'success' },
        {
          id: expect.any(String),
          parent: 'first',
          kind: 'event',
          name: 'sales.sold',
          at,
          detail: 'sale-first, version 1',
        },
        { id: expect.any(String), parent: 'first', kind: 'event', name: 'sales.returned', at },
        { id: expect.any(String), kind: 'event', name: 'sales.returned', at },
      ],
      more: false,
    });
    expect(await causesIn(sales.journal, 'three', 10)).toEqual({ items: [], more: false });
  });

  it('has the time of the event where the inbox has forgotten the command, and says when there is more', async () => {
    await sell('third', 'one');
    await sales.unit.run(() => sales.unit.execute('DELETE FROM sales.inbox'));
    const { items, more } = await causesIn(sales.journal, 'one', 1);
    expect(more).toBe(true);
    expect(items).toMatchObject([{ id: 'third', kind: 'command' }, { parent: 'third' }]);
    expect(items[0]?.at).toBe(items[1]?.at);
    expect(items[0]).not.toHaveProperty('outcome');
  });
});
