import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { IdempotencyConflictError } from '@isolith/contracts';
import { runAs, withOptions } from '@isolith/message-bus';
import { z } from 'zod';
import { UnitOfWork } from '../index.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import { busOf, CreateSale, Refused, Sell } from '../testing/sample-sales.js';

let sales: TestContext;
let unit: UnitOfWork;

beforeAll(async () => {
  sales = await openTestContext({ context: 'sales', migrations: [CreateSale] });
  unit = new UnitOfWork(sales.journal);
});
beforeEach(() => runAs('sales', () => unit.run(() => unit.execute('TRUNCATE sales.sale, sales.journal, sales.inbox'))));
afterAll(() => sales.close());

/** As one release of a sender writes the step, or another. */
const step = (amount: number, byId = true) => withOptions(new Sell({ saleId: '1', amount }), { id: 'step', byId });

describe('a command whose id alone says which it is, written differently when it comes again (fault 2)', () => {
  it('has one effect and one reply, stored or still running', async () => {
    const { router } = await busOf(sales.journal, {
      sell: ({ saleId, amount }) =>
        unit.run(async () => {
          await unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, $2)', [saleId, amount]);
          return { total: amount };
        }),
    });
    expect(await Promise.all([router.send(step(1)), router.send(step(2))])).toEqual([{ total: 1 }, { total: 1 }]);
    expect(await router.send(step(3))).toEqual({ total: 1 });
    expect(
      await sales.database.query(z.object({ amount: z.int() }), 'SELECT amount FROM sales.sale ORDER BY amount'),
    ).toEqual([{ amount: 1 }]);
    // What a user sends again under a key of theirs is another matter: then it is a mistake of theirs.
    await expect(router.send(step(4, false))).rejects.toBeInstanceOf(IdempotencyConflictError);
  });

  it('keeps the failure that answered it first', async () => {
    const { router } = await busOf(sales.journal, {
      sell: ({ amount }) =>
        unit.run(async () => {
          if (amount === 1) throw new Refused({ why: 'no' });
          return { total: amount };
        }),
    });
    await expect(router.send(step(1))).rejects.toBeInstanceOf(Refused);
    await expect(router.send(step(2))).rejects.toBeInstanceOf(Refused);
  });
});
