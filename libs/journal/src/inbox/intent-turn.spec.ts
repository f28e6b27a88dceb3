import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RevokedError } from '@isolith/contracts';
import { withOptions } from '@isolith/message-bus';
import { z } from 'zod';
import type { UnitOfWork } from '../index.js';
import { busOf, Refused, Sell, Undo } from '../testing/sample-sales.js';
import { caught, SalesWithInbox } from './spec-support/sales-with-inbox.js';

let sales: SalesWithInbox;
let unit: UnitOfWork;
const begun = async () => (await sales.sold()).map(({ id }) => ({ id }));
const write = (sell: Sell) => sales.insert(sell);
const sell = () => withOptions(new Sell({ saleId: 'a', amount: 1 }), { id: '1' });

beforeAll(async () => {
  sales = await SalesWithInbox.open();
  unit = sales.unit;
});
beforeEach(() => sales.clear());
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
