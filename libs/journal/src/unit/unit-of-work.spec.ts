import { inspect } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConcurrencyError, ContractViolationError, query } from '@isolith/contracts';
import {
  CallInsideUnitError,
  NoOpenUnitError,
  Ownership,
  owns,
  requireScope,
  runAs,
  runInScope,
} from '@isolith/message-bus';
import { z } from 'zod';
import { contextJournal, journalMigrations } from '../index.js';
import { Databases } from '@isolith/postgres';
import { roundTripsOf } from './spec-support/round-trips.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import { openTestDatabase, type TestDatabase } from '@isolith/postgres/testing';
import { CreateSale, Returned, Sold } from '../testing/sample-sales.js';
import { UnitOfWork } from './unit-of-work.js';

let sales: TestContext;
const count = z.object({ n: z.coerce.number() });
const rowsOf = async (table: string) =>
  (await sales.database.query(count, `SELECT count(*) AS n FROM sales.${table}`))[0]?.n;
const insert = (id: string) => sales.unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, $2)', [id, 1]);
const publish = (event: object) => requireScope().unit?.append(event);

const statementsOf = async (work: () => Promise<unknown>): Promise<readonly string[]> =>
  (await roundTripsOf(sales.journal, work)).flat();

beforeAll(async () => {
  sales = await openTestContext({ context: 'sales', migrations: [CreateSale] });
});
beforeEach(() => sales.unit.run(() => sales.unit.execute('TRUNCATE sales.sale, sales.journal, sales.inbox')));
afterAll(() => sales.close());

describe('a unit of work', () => {
  it('commits state and events together and returns what its work returned', async () => {
    const value = { total: 3 };
    const returned = await sales.unit.run(async () => {
      await insert('a');
      publish(new Sold({ saleId: 'a', amount: 3 }));
      return value;
    });
    expect(returned).toBe(value);
    expect([await rowsOf('sale'), await rowsOf('journal')]).toEqual([1, 1]);
  });

  it('leaves nothing behind when its work throws, and rethrows', async () => {
    const failing = sales.unit.run(async () => {
      await insert('a');
      publish(new Sold({ saleId: 'a', amount: 3 }));
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect([await rowsOf('sale'), await rowsOf('journal')]).toEqual([0, 0]);
  });

  it('leaves nothing behind of what its sender may only do with what is his own, unless somebody asked whose it is', async () => {
    const own = new UnitOfWork(sales.journal);
    const asOwner = (work: () => Promise<unknown>) =>
      runAs('sales', () => own.run(work), { ownership: new Ownership(true) });
    const write = (id: string) => own.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, $2)', [id, 1]);
    await expect(asOwner(() => write('a'))).rejects.toThrow('asked nowhere whose it is');
    expect(await rowsOf('sale')).toBe(0);
    await asOwner(async () => {
      owns('whoever');
      await write('b');
    });
    expect(await rowsOf('sale')).toBe(1);
  });

  it('joins an open unit of its own context', async () => {
    const failing = sales.unit.run(async () => {
      await sales.unit.run(() => insert('inner'));
      throw new Error('outer');
    });
    await expect(failing).rejects.toThrow('outer');
    expect(await rowsOf('sale')).toBe(0);
  });

  it('refuses to open inside the unit of another context, naming both', async () => {
    const other = new UnitOfWork({ ...sales.journal, context: 'stock' });
    const nested = sales.unit.run(() => other.run(async () => 1));
    await expect(nested).rejects.toBeInstanceOf(CallInsideUnitError);
    await expect(nested).rejects.toThrow('sales called the unit of work of stock');
  });

  it('refuses code of another context and code outside of any scope', async () => {
    const own = new UnitOfWork(sales.journal);
    await expect(runAs('stock', () => own.run(async () => 1))).rejects.toThrow(
      "stock can't open a unit of work of sales",
    );
    await expect(own.run(async () => 1)).rejects.toThrow('runAs()');
  });

  it('refuses writes outside of it, before and after', async () => {
    await expect(insert('a')).rejects.toBeInstanceOf(NoOpenUnitError);
    expect(() => sales.unit.append('s', 0, [])).toThrow(NoOpenUnitError);
    expect(() => sales.unit.manager).toThrow(NoOpenUnitError);
    await expect(sales.database.query(z.object({}), "INSERT INTO sales.sale VALUES ('a', 1)")).rejects.toThrow(
      'write in unit.run()',
    );
    const inside = await sales.unit.run(async () => requireScope());
    await expect(runInScope(inside, () => insert('late'))).rejects.toThrow(
      'has ended; something in it was not awaited',
    );
    expect(() => runInScope(inside, () => publish(new Sold({ saleId: 'late', amount: 1 })))).toThrow(
      'has ended; something in it was not awaited',
    );
    expect(() => runInScope(inside, () => sales.unit.manager)).toThrow('has ended');
    expect(await rowsOf('sale')).toBe(0);
  });

  it('refuses to run for a query', async () => {
    class Ask extends query('sales.ask', { input: z.object({}) }) {}
    const envelope = {
      specversion: '1.0',
      id: '1',
      source: '/x',
      type: Ask.contract.name,
      time: '',
      kind: 'query',
      schemaversion: 1,
      correlationid: 'c',
      data: {},
    } as const;
    const asked = runAs('sales', () => sales.unit.run(async () => 1), { envelope });
    await expect(asked).rejects.toThrow("sales.ask is a query; its handler can't run a unit of work");
  });

  it('says so when a failed statement was swallowed, instead of pretending to commit', async () => {
    const run = sales.unit.run(async () => {
      await insert('a');
      await insert('a').catch(() => undefined);
      return 'fine';
    });
    await expect(run).rejects.toThrow('its error was swallowed');
    expect(await rowsOf('sale')).toBe(0);
  });

  it('keeps the values of a failed statement out of the error, and what tells errors apart in it', async () => {
    const twice = () => insert('jane@example.com');
    const throughOrm = () => sales.unit.manager.query('INSERT INTO sales.sale VALUES ($1, 1)', ['jane@example.com']);
    for (const write of [twice, throughOrm]) {
      const error: unknown = await sales.unit
        .run(async () => (await twice(), await write()))
        .then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      expect(error).toMatchObject({ code: '23505', constraint: 'sale_pkey', table: 'sale' });
      expect(inspect(error, { depth: 9 })).not.toContain('jane');
    }
  });

  it('is usable again at once after each way to end', async () => {
    for (let nth = 0; nth < 30; nth += 1)
      await sales.unit.run(() => Promise.reject(new Error('no'))).catch(() => undefined);
    await Promise.all(Array.from({ length: 30 }, (_, nth) => sales.unit.run(() => insert(String(nth)))));
    expect(await rowsOf('sale')).toBe(30);
  });

  it('keeps statements that are asked for at once on its one connection, in order', async () => {
    const texts = await statementsOf(() =>
      sales.unit.run(() =>
        Promise.all([insert('a'), sales.unit.execute('UPDATE sales.sale SET amount = 7'), insert('b')]),
      ),
    );
    expect(texts.map((text) => /BEGIN|INSERT|UPDATE|COMMIT/.exec(text)?.[0])).toEqual([
      'BEGIN',
      'INSERT',
      'UPDATE',
      'INSERT',
      'COMMIT',
    ]);
    const rows = await sales.database.query(
      z.object({ id: z.string(), amount: z.number() }),
      'SELECT id, amount FROM sales.sale ORDER BY id',
    );
    expect(rows).toEqual([
      { id: 'a', amount: 7 },
      { id: 'b', amount: 1 },
    ]);
  });

  it("gives TypeORM's manager its own transaction: a nested one is a savepoint", async () => {
    const failing = sales.unit.run(async () => {
      const { manager } = sales.unit;
      await manager.query("INSERT INTO sales.sale VALUES ('outer', 1)");
      await manager.transaction((inner) => inner.query("INSERT INTO sales.sale VALUES ('inner', 1)"));
      await manager
        .transaction(async (inner) => {
          await inner.query("INSERT INTO sales.sale VALUES ('undone', 1)");
          throw new Error('undo');
        })
        .catch(() => undefined);
      const rows = await sales.database.query(z.object({ id: z.string() }), 'SELECT id FROM sales.sale ORDER BY id');
      expect(rows.map(({ id }) => id)).toEqual(['inner', 'outer']);
      throw new Error('all of it');
    });
    await expect(failing).rejects.toThrow('all of it');
    expect(await rowsOf('sale')).toBe(0);
  });
});

describe('an append', () => {
  it('is written by the last statement, whenever the event was published', async () => {
    await sales.unit.run(async () => {
      publish(new Sold({ saleId: 'a', amount: 3 }));
      expect(await rowsOf('journal')).toBe(0);
      await insert('a');
    });
    const [row] = await sales.database.query(
      z.object({
        type: z.string(),
        key: z.string(),
        stream: z.null(),
        data: z.unknown(),
        metadata: z.object({ id: z.uuid(), correlationid: z.string(), principal: z.unknown() }),
      }),
      'SELECT * FROM sales.journal',
    );
    expect(row).toMatchObject({
      type: 'sales.sold',
      key: 'a',
      data: { saleId: 'a', amount: 3 },
      metadata: { principal: { service: 'sales', roles: [] } },
    });
  });

  it('without any other statement is one statement and no transaction', async () => {
    const texts = await statementsOf(() =>
      sales.unit.run(async () =>
        sales.unit.append('sale-1', 0, [new Sold({ saleId: 'a', amount: 3 }), new Returned({ saleId: 'a' })]),
      ),
    );
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain('INSERT INTO');
  });

  it('keeps the order of publication', async () => {
    const amounts = Array.from({ length: 50 }, (_, nth) => nth);
    await sales.unit.run(async () => amounts.forEach((amount) => publish(new Sold({ saleId: 'a', amount }))));
    const rows = await sales.database.query(
      z.object({ amount: z.coerce.number() }),
      "SELECT data->>'amount' AS amount FROM sales.journal ORDER BY position",
    );
    expect(rows.map(({ amount }) => amount)).toEqual(amounts);
  });

  it('with an expected version that moved is a ConcurrencyError and leaves nothing', async () => {
    await sales.unit.run(async () => sales.unit.append('sale-1', 0, [new Sold({ saleId: 'a', amount: 3 })]));
    const stale = sales.unit.run(async () => {
      await insert('a');
      sales.unit.append('sale-1', 0, [new Returned({ saleId: 'a' })]);
    });
    await expect(stale).rejects.toBeInstanceOf(ConcurrencyError);
    expect([await rowsOf('sale'), await rowsOf('journal')]).toEqual([0, 1]);
  });

  it('continues its own version in one unit and refuses any other', async () => {
    await sales.unit.run(async () => {
      sales.unit.append('sale-1', 0, [new Sold({ saleId: 'a', amount: 3 })]);
      expect(() => sales.unit.append('sale-1', 0, [new Returned({ saleId: 'a' })])).toThrow(
        'sale-1 is at version 1 in this unit of work, not at 0',
      );
      sales.unit.append('sale-1', 1, [new Returned({ saleId: 'a' })]);
    });
    expect(await rowsOf('journal')).toBe(2);
  });

  it("refuses what is no event of the unit's context or does not fit its contract", async () => {
    await sales.unit.run(async () => {
      expect(() => publish(new (class Plain {})())).toThrow('Plain is no event with a contract');
      expect(() => publish(Object.assign(new Sold({ saleId: 'a', amount: 3 }), { amount: 'three' }))).toThrow(
        ContractViolationError,
      );
    });
    const stock = new UnitOfWork({ ...sales.journal, context: 'stock' });
    await runAs('stock', () =>
      stock.run(async () =>
        expect(() => publish(new Sold({ saleId: 'a', amount: 3 }))).toThrow("stock can't record sales.sold"),
      ),
    );
  });

  it('records what the event was when it was published', async () => {
    const event = new Sold({ saleId: 'a', amount: 3 });
    await sales.unit.run(async () => {
      publish(event);
      Object.assign(event, { amount: 4 });
    });
    const [row] = await sales.database.query(z.object({ data: z.unknown() }), 'SELECT data FROM sales.journal');
    expect(row?.data).toEqual({ saleId: 'a', amount: 3 });
  });
});

describe('a unit whose connection is taken away', () => {
  let place: TestDatabase;
  let databases: Databases;
  beforeAll(async () => {
    place = await openTestDatabase();
    databases = new Databases({ targetOf: () => place.target }, place.driver);
  });
  afterAll(async () => {
    await databases.close();
    await place.drop();
  });

  it('writes nothing more, also when its DataSource is closed while the database goes on', async () => {
    const [own, witness] = await Promise.all([
      databases.open({ context: 'sales', entities: [], migrations: [...journalMigrations, CreateSale] }),
      databases.open({ context: 'stock', entities: [], migrations: [] }),
    ]);
    const unit = new UnitOfWork(contextJournal({ context: 'sales' }, async () => own));
    const add = (id: string) => unit.execute(`INSERT INTO sales.sale VALUES ($1, 1)`, [id]);
    const swallowed: unknown[] = [];
    const taken = runAs('sales', () =>
      unit.run(async () => {
        await add('before');
        const atOnce = add('at the same time');
        await own.destroy();
        swallowed.push(
          ...(await Promise.allSettled([
            add('after'),
            unit.manager.query(`INSERT INTO sales.sale VALUES ('by the ORM', 1)`),
            atOnce,
          ])),
        );
      }),
    );
    await expect(taken).rejects.toMatchObject({
      code: 'outcome-unknown',
      message: expect.stringContaining('Connection terminated'),
    });
    expect(swallowed.slice(0, 2)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    await expect(witness.query('SELECT id FROM sales.sale')).resolves.toEqual([]);
  });
});
