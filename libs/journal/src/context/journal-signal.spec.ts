import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { currentScope } from '@isolith/message-bus';
import { z } from 'zod';
import { openTestContext, type TestContext } from '../testing/index.js';
import { Sold } from '../testing/sample-sales.js';

let sales: TestContext;
beforeAll(async () => {
  sales = await openTestContext({ context: 'sales' });
});
afterAll(() => sales.close());

describe('the signal of a commit', () => {
  it('tells what was recorded, after each commit and after no rollback, until nobody listens', async () => {
    const told: string[][] = [];
    const forget = sales.journal.signal.onCommit('sales', (types) => told.push([...types]));
    await sales.unit.run(async () => sales.unit.append('s', 0, [new Sold({ saleId: 's', amount: 1 })]));
    await sales.unit.run(async () => undefined);
    await sales.unit.run(async () => Promise.reject(new Error('no'))).catch(() => undefined);
    forget();
    await sales.unit.run(async () => undefined);
    expect(told).toEqual([['sales.sold'], []]);
  });

  it('lets a listener work with the database for itself, as often at once as it likes', async () => {
    const one = z.object({ one: z.number() });
    const done = Promise.withResolvers<unknown>();
    const forget = sales.journal.signal.onCommit('sales', () => {
      const reads = [1, 2, 3].map(() => sales.database.query(one, 'SELECT 1 AS one'));
      const scope = currentScope();
      done.resolve(Promise.all(reads).then((rows) => [scope, ...rows]));
    });
    await sales.unit.run(async () => sales.unit.execute('SELECT 1'));
    forget();
    await expect(done.promise).resolves.toEqual([undefined, [{ one: 1 }], [{ one: 1 }], [{ one: 1 }]]);
  });
});
