import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { withOptions } from '@isolith/message-bus';
import { z } from 'zod';
import { UnitOfWork } from '../index.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import { testsRunOnServer } from '@isolith/postgres/testing';
import { Door } from '../testing/sample-letters.js';
import { busOf, CreateSale, Sell, Undo } from '../testing/sample-sales.js';
import { SecondSession } from '../testing/second-session.js';
import { inboxValues } from '../handled/inbox-row.js';

testsRunOnServer();

let sales: TestContext;
let unit: UnitOfWork;
beforeAll(async () => {
  sales = await openTestContext({ context: 'sales', migrations: [CreateSale] });
  unit = new UnitOfWork(sales.journal);
});
afterAll(() => sales.close());

const write = ({ saleId, amount }: Sell) =>
  unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, $2)', [saleId, amount]);
const ids = () => sales.database.query(z.object({ id: z.string() }), 'SELECT id FROM sales.sale ORDER BY id');

describe('a command that is being committed, and its compensation', () => {
  it.each([
    ['COMMIT', ['c-COMMIT'], { total: 1 }],
    ['ROLLBACK', [], { code: 'revoked' }],
  ] as const)('which waits for the end before it looks: %s', async (how, expected, reply) => {
    const id = `c-${how}`;
    let gathered: unknown;
    const { router } = await busOf(sales.journal, {
      sell: async () => ({ total: 10 }),
      undo: async () => void (gathered = (await ids()).map((row) => row.id).filter((found) => found === id)),
    });
    const original = await SecondSession.begin(sales);
    await original.execute({ text: 'INSERT INTO sales.sale (id, amount) VALUES ($1, 1)', values: [id] });
    const outcome = JSON.stringify({ outcome: 'success', value: { total: 1 } });
    await original.execute({
      ...sales.journal.statements.complete,
      values: inboxValues({ consumer: '*', messageId: id, digest: null, outcome }),
    });
    const undoing = router.send(withOptions(new Undo({ saleId: id }), { id: `undo ${id}`, revokes: id }));
    await original.isWaitedFor();
    expect(gathered).toBeUndefined();
    await original.end(how);
    await undoing;
    expect(gathered).toEqual(expected);
    expect(
      await router.send(withOptions(new Sell({ saleId: id, amount: 1 }), { id })).catch((error: unknown) => error),
    ).toMatchObject(reply);
  });
});

describe('an intent, and a twin that is committing', () => {
  it.each([
    ['COMMIT', { total: 1 }, 0],
    ['ROLLBACK', { total: 10 }, 1],
  ] as const)('waits for it: %s', async (how, reply, written) => {
    const { router } = await busOf(sales.journal, {
      sell: async (command) => {
        await unit.intent(() => write(command));
        return unit.run(async () => ({ total: 10 }));
      },
    });
    const command = withOptions(new Sell({ saleId: how, amount: 1 }), { id: how });
    const twin = await SecondSession.begin(sales);
    const outcome = JSON.stringify({ outcome: 'success', value: { total: 1 } });
    await twin.execute({
      ...sales.journal.statements.complete,
      values: inboxValues({ consumer: '*', messageId: how, digest: null, outcome }),
    });
    const answer = router.send(command);
    await twin.isWaitedFor();
    await twin.end(how);
    expect(await answer).toEqual(reply);
    expect((await ids()).filter(({ id }) => id === how)).toHaveLength(written);
  });

  it('lets a compensation wait before it looks: it gathers what was intended', async () => {
    const door = new Door();
    let gathered: unknown;
    const { router } = await busOf(sales.journal, {
      sell: async (command) => {
        await unit.intent(async () => {
          await write(command);
          await door.pass();
        });
        return unit.run(async () => ({ total: 10 }));
      },
      undo: async () => void (gathered = (await ids()).filter(({ id }) => id === 'y')),
    });
    const selling = router
      .send(withOptions(new Sell({ saleId: 'y', amount: 1 }), { id: 'y' }))
      .catch((error: unknown) => error);
    await door.reached;
    const undoing = router.send(withOptions(new Undo({ saleId: 'y' }), { id: 'undo y', revokes: 'y' }));
    const watcher = await SecondSession.begin(sales);
    await watcher.isWaitedFor();
    await watcher.end('ROLLBACK');
    expect(gathered).toBeUndefined();
    door.open();
    await Promise.all([selling, undoing]);
    expect(gathered).toEqual([{ id: 'y' }]);
  });

  it('lets a compensation wait, which then sees what was intended', async () => {
    const [door, undone] = [new Door(), new Door()];
    let seen: unknown;
    const { router } = await busOf(sales.journal, {
      sell: async (command) => {
        await unit.intent(async () => {
          await write(command);
          await door.pass();
        });
        await undone.pass();
        return unit.run(async () => ({ total: 10 }));
      },
      undo: () =>
        unit.run(
          async () =>
            void (seen = await unit.query(z.object({ id: z.string() }), "SELECT id FROM sales.sale WHERE id = 'x'")),
        ),
    });
    const selling = router
      .send(withOptions(new Sell({ saleId: 'x', amount: 1 }), { id: 'x' }))
      .catch((error: unknown) => error);
    await door.reached;
    const undoing = router.send(withOptions(new Undo({ saleId: 'x' }), { id: 'undo', revokes: 'x' }));
    const watcher = await SecondSession.begin(sales);
    await watcher.isWaitedFor();
    await watcher.end('ROLLBACK');
    expect(seen).toBeUndefined();
    door.open();
    await undoing;
    undone.open();
    expect([seen, await selling]).toMatchObject([[{ id: 'x' }], { code: 'revoked' }]);
  });
});
