import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CallInsideUnitError, NoOpenUnitError, runAs } from '@isolith/message-bus';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgSchema, text } from 'drizzle-orm/pg-core';
import { UnitOfWork } from '../index.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import { CreateSale } from '../testing/sample-sales.js';

const sale = pgSchema('sales').table('sale', { id: text().primaryKey(), amount: integer().notNull() });

let sales: TestContext;
beforeAll(async () => {
  sales = await openTestContext({ context: 'sales', migrations: [CreateSale] });
});
beforeEach(() => sales.unit.run(() => sales.unit.execute('TRUNCATE sales.sale')));
afterAll(() => sales.close());

const writing = () => drizzle({ client: sales.unit.client });
const reading = () => drizzle({ client: sales.database.client });
const insert = (id: string, into: Pick<ReturnType<typeof writing>, 'insert'> = writing()) =>
  into.insert(sale).values({ id, amount: 1 });
const ids = async (): Promise<readonly string[]> =>
  (await runAs('sales', async () => reading().select({ id: sale.id }).from(sale).orderBy(sale.id))).map(({ id }) => id);

describe("a mapper on a unit's session", () => {
  it('reads what the unit has written by other means, and the unit what it has', async () => {
    await sales.unit.run(async () => {
      sales.unit.write('INSERT INTO sales.sale (id, amount) VALUES ($1, $2)', ['a', 1]);
      expect(await writing().select().from(sale)).toEqual([{ id: 'a', amount: 1 }]);
      await insert('b');
      expect(await sales.unit.execute('UPDATE sales.sale SET amount = 2')).toBe(2);
      expect(await reading().$count(sale)).toBe(2);
    });
    expect(await ids()).toEqual(['a', 'b']);
  });

  it('has its transaction be a savepoint: what it undoes is undone, the rest of the unit stays', async () => {
    await sales.unit.run(async () => {
      const db = writing();
      await insert('a');
      const undone = db.transaction(async (within) => {
        await insert('b', within);
        await insert('a', within);
      });
      await expect(undone).rejects.toThrow();
      await db.transaction(async (within) => {
        await insert('c', within);
        await within.transaction((deeper) => insert('d', deeper).then(() => undefined));
      });
    });
    expect(await ids()).toEqual(['a', 'c', 'd']);
  });

  it("can't commit by its transaction what the unit rolls back", async () => {
    const failing = sales.unit.run(async () => {
      await writing().transaction((within) => insert('a', within).then(() => undefined));
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await ids()).toEqual([]);
  });

  it.each([
    'COMMIT',
    'commit work;',
    'END',
    'ROLLBACK',
    '-- done\n/* really */ ABORT ;',
    'COMMIT AND CHAIN',
    'BEGIN ISOLATION LEVEL SERIALIZABLE',
    'START TRANSACTION READ ONLY',
    "PREPARE TRANSACTION 'x'",
  ])('is refused "%s", and the unit is whole', async (statement) => {
    await sales.unit.run(async () => {
      await insert('a');
      await expect(sales.unit.client.query(statement)).rejects.toThrow(/the transaction/);
      await insert('b');
    });
    expect(await ids()).toEqual(['a', 'b']);
  });

  it('is refused several statements in one, of which one could be a COMMIT', async () => {
    const sneaking = sales.unit.run(() => sales.unit.client.query(`INSERT INTO sales.sale VALUES ('a', 1); COMMIT`));
    await expect(sneaking).rejects.toThrow('multiple commands');
    expect(await ids()).toEqual([]);
  });

  it('is refused two transactions at once, and a unit that ends before its transaction is rolled back', async () => {
    await sales.unit.run(async () => {
      await sales.unit.client.query('BEGIN');
      await expect(sales.unit.client.query('BEGIN')).rejects.toThrow('a second transaction');
      await sales.unit.client.query('ROLLBACK');
    });
    const forgotten = sales.unit.run(async () => {
      await sales.unit.client.query('BEGIN');
      await insert('half');
    });
    await expect(forgotten).rejects.toThrow("the unit of work of sales ended inside of a mapper's transaction");
    expect(await ids()).toEqual([]);
  });

  it('is refused outside of a unit, in the unit of another context, and after the end', async () => {
    await expect(sales.unit.client.query('SELECT 1')).rejects.toBeInstanceOf(NoOpenUnitError);
    await expect(sales.unit.client.connect()).rejects.toBeInstanceOf(NoOpenUnitError);
    const other = new UnitOfWork({ ...sales.journal, context: 'stock' });
    await sales.unit.run(async () => {
      await expect(other.client.query('SELECT 1')).rejects.toBeInstanceOf(NoOpenUnitError);
      await sales.unit.client.connect();
      sales.unit.client.release();
      await sales.unit.client.end();
      expect((await sales.unit.client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    });
    expect(await ids()).toEqual([]);
  });

  it('is refused callbacks and cursors, which would never hear of anything', async () => {
    await sales.unit.run(async () => {
      const client: { query(...given: unknown[]): unknown } = sales.unit.client;
      for (const given of [
        ['SELECT 1', () => undefined],
        ['SELECT 1', [], () => undefined],
        [{ submit: () => undefined }],
      ])
        await expect(client.query(...given)).rejects.toThrow('no callbacks, no cursors');
    });
  });
});

describe('a mapper that reads', () => {
  it('writes nothing outside of a unit', async () => {
    await expect(insert('a', reading())).rejects.toMatchObject({
      cause: { message: expect.stringContaining('only SELECT and WITH are read outside of a unit of work') },
    });
    expect(await ids()).toEqual([]);
  });

  it('is refused in the unit of another context', async () => {
    const stock = new UnitOfWork({ ...sales.journal, context: 'stock' });
    const foreign = runAs('stock', () => stock.run(() => sales.database.client.query('SELECT 1')));
    await expect(foreign).rejects.toBeInstanceOf(CallInsideUnitError);
  });
});
