import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RevokedError } from '@isolith/contracts';
import { runAs, withOptions } from '@isolith/message-bus';
import { z } from 'zod';
import { UnitOfWork } from '../index.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import { busOf, CreateSale, Refused, Sell, Undo } from '../testing/sample-sales.js';

let sales: TestContext;
let unit: UnitOfWork;
const begun = () => sales.database.query(z.object({ id: z.string() }), 'SELECT id FROM sales.sale ORDER BY id');
const write = ({ saleId, amount }: Sell) =>
  unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, $2)', [saleId, amount]);
const sell = () => withOptions(new Sell({ saleId: 'a', amount: 1 }), { id: '1' });
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

beforeAll(async () => {
  sales = await openTestContext({ context: 'sales', migrations: [CreateSale] });
  unit = new UnitOfWork(sales.journal);
});
beforeEach(() => runAs('sales', () => unit.run(() => unit.execute('TRUNCATE sales.sale, sales.journal, sales.inbox'))));
afterAll(() => sales.close());

/** What happens at another replica between the look into the inbox and the intent. */
async function meanwhile(event: () => Promise<unknown>) {
  let charged = 0;
  const { router } = await busOf(sales.journal, {
    sell: async (command) => {
      await event();
      await unit.intent(() => write(command));
      charged += 1;
      return unit.run(async () => ({ total: 10 }));
    },
  });
  return {
    answer: await caught(router.send(sell())),
    replied: await router.send(sell()).catch((error: unknown) => error),
    charged: () => charged,
  };
}

describe('the intent of a command', () => {
  it('that a twin has ended meanwhile is not written, and its effect not asked for: the stored reply is the answer', async () => {
    const twin = await busOf(sales.journal, { sell: () => unit.run(async () => ({ total: 1 })) });
    const { charged, replied } = await meanwhile(() => twin.router.send(sell()));
    expect([charged(), replied, await begun()]).toEqual([0, { total: 1 }, []]);
  });

  it('that a twin has refused meanwhile is not written', async () => {
    const twin = await busOf(sales.journal, { sell: () => Promise.reject(new Refused({ why: 'declined' })) });
    const { answer, charged } = await meanwhile(() => caught(twin.router.send(sell())));
    expect([charged(), await begun()]).toEqual([0, []]);
    expect(answer).toBeInstanceOf(Refused);
  });

  it('that its compensation has revoked meanwhile is not written', async () => {
    const other = await busOf(sales.journal, { undo: () => unit.run(async () => undefined) });
    const { answer, charged } = await meanwhile(() =>
      other.router.send(withOptions(new Undo({ saleId: 'a' }), { id: 'undo', revokes: '1' })),
    );
    expect([charged(), await begun()]).toEqual([0, []]);
    expect(answer).toBeInstanceOf(RevokedError);
  });

  it('leaves no trace of its turn, and may be followed by others', async () => {
    const { router } = await busOf(sales.journal, {
      sell: async (command) => {
        await unit.intent(() => write(command));
        await unit.intent(() => unit.execute('UPDATE sales.sale SET amount = 2'));
        return unit.run(async () => ({ total: 2 }));
      },
    });
    expect(await router.send(sell())).toEqual({ total: 2 });
    expect(
      await sales.database.query(z.object({ rows: z.int() }), 'SELECT count(*)::int AS rows FROM sales.inbox'),
    ).toEqual([{ rows: 1 }]);
  });
});
