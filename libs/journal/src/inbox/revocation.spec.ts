import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RevokedError } from '@isolith/contracts';
import { withOptions } from '@isolith/message-bus';
import type { UnitOfWork } from '../index.js';
import { busOf, Sell, Undo } from '../testing/sample-sales.js';
import { caught, SalesWithInbox } from './spec-support/sales-with-inbox.js';

let sales: SalesWithInbox;
let unit: UnitOfWork;
const sold = async () => (await sales.sold()).map(({ id }) => ({ id }));
const insert = (sell: Sell) => sales.insert(sell);
const sell = (id: string, saleId = id, pin?: string) =>
  withOptions(new Sell({ saleId, amount: 1, ...(pin === undefined ? {} : { pin }) }), { id });

beforeAll(async () => {
  sales = await SalesWithInbox.open();
  unit = sales.unit;
});
beforeEach(() => sales.clear());
afterAll(() => sales.close());

describe('a compensation', () => {
  it('revokes a command that comes later: it never runs', async () => {
    let runs = 0;
    const { router } = await busOf(sales.journal, {
      sell: async () => ({ total: (runs += 1) }),
      undo: () => unit.run(async () => undefined),
    });
    await router.send(withOptions(new Undo({ saleId: '1' }), { id: 'undo', revokes: '1' }));
    expect(await caught(router.send(sell('1')))).toBeInstanceOf(RevokedError);
    expect(runs).toBe(0);
  });

  it('revokes a command that runs at the same time, whichever commits first', async () => {
    const { router } = await busOf(sales.journal, {
      sell: async (command) => {
        await router.send(withOptions(new Undo({ saleId: '1' }), { id: 'undo', revokes: '1' }));
        return unit.run(async () => ({ total: await insert(command) }));
      },
      undo: () => unit.run(async () => undefined),
    });
    expect(await caught(router.send(sell('1')))).toBeInstanceOf(RevokedError);
    expect(await sold()).toEqual([]);
  });

  it('that finds nothing to undo and runs no unit revokes it just the same', async () => {
    let runs = 0;
    const { router } = await busOf(sales.journal, {
      sell: async () => ({ total: (runs += 1) }),
      undo: async () => undefined,
    });
    await router.send(withOptions(new Undo({ saleId: '1' }), { id: 'undo', revokes: '1' }));
    expect(await caught(router.send(sell('1')))).toBeInstanceOf(RevokedError);
    expect(runs).toBe(0);
  });

  it('has taken the place of its command before it looks: what it saw is still true in its unit', async () => {
    let late: unknown;
    let seen: unknown;
    const { router } = await busOf(sales.journal, {
      sell: (command) => unit.run(async () => ({ total: await insert(command) })),
      undo: async () => {
        seen = await sold();
        late = await caught(router.send(sell('1')));
        return unit.run(async () => undefined);
      },
    });
    await router.send(withOptions(new Undo({ saleId: '1' }), { id: 'undo', revokes: '1' }));
    expect(late).toBeInstanceOf(RevokedError);
    expect(await sold()).toEqual(seen);
  });

  it('leaves the outcome of a command that it came after', async () => {
    const { router } = await busOf(sales.journal, {
      sell: async () => ({ total: 1 }),
      undo: () => unit.run(async () => undefined),
    });
    await router.send(sell('1'));
    await router.send(withOptions(new Undo({ saleId: '1' }), { id: 'undo', revokes: '1' }));
    expect(await router.send(sell('1'))).toEqual({ total: 1 });
  });
});
