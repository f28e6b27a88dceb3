import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { withOptions } from '@isolith/message-bus';
import { UnitOfWork } from '../index.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import { busOf, CreateSale, Refused, Sell, Unlisted } from '../testing/sample-sales.js';

let sales: TestContext;
let unit: UnitOfWork;
beforeAll(async () => {
  sales = await openTestContext({ context: 'sales', migrations: [CreateSale] });
  unit = new UnitOfWork(sales.journal);
});
afterAll(() => sales.close());

const sell = (id: string) => withOptions(new Sell({ saleId: id, amount: 1 }), { id });

/** A shop that refuses the first time, and would sell the second time. */
async function refusesOnce(refusal: Error) {
  let runs = 0;
  const { router } = await busOf(sales.journal, {
    sell: async () => {
      runs += 1;
      if (runs === 1) throw refusal;
      return unit.run(async () => ({ total: runs }));
    },
  });
  return router;
}

it('a refusal that decided nothing is not kept: the same command is asked anew, and then its outcome is (fault 45)', async () => {
  const router = await refusesOnce(new Unlisted({}));
  await expect(router.send(sell('anew'))).rejects.toThrow(Unlisted);
  expect(await router.send(sell('anew'))).toEqual({ total: 2 });
  expect(await router.send(sell('anew'))).toEqual({ total: 2 });
});

it('a refusal that decided something is kept', async () => {
  const router = await refusesOnce(new Refused({ why: 'sold out' }));
  await expect(router.send(sell('kept'))).rejects.toThrow(Refused);
  await expect(router.send(sell('kept'))).rejects.toThrow(Refused);
});
