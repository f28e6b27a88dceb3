import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ConcurrencyError, OverloadedError } from '@isolith/contracts';
import { NoOpenUnitError, requireScope, runInScope } from '@isolith/message-bus';
import { z } from 'zod';
import { poolOf, ConnectionLease } from '@isolith/postgres/internal';
import { roundTripsOf } from './spec-support/round-trips.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import { CreateSale, Sold } from '../testing/sample-sales.js';

let sales: TestContext;
const saleRow = z.object({ id: z.string(), amount: z.number() });
const stored = () => sales.database.query(saleRow, 'SELECT id, amount FROM sales.sale ORDER BY id');
const INSERT = 'INSERT INTO sales.sale (id, amount) VALUES ($1, $2)';
const write = (id: string, amount: unknown = 1, counted?: (rows: number) => void) =>
  sales.unit.write(INSERT, [id, amount], counted);
const twice = { code: '23505', constraint: 'sale_pkey' };

beforeAll(async () => {
  sales = await openTestContext({ context: 'sales', migrations: [CreateSale] });
});
beforeEach(() => sales.unit.run(() => sales.unit.execute('TRUNCATE sales.sale, sales.journal, sales.inbox')));
afterEach(() => void jest.restoreAllMocks());
afterAll(() => sales.close());

describe('a write that nobody waits for', () => {
  it('is committed with the unit, in its place among the others, and seen by what comes after it', async () => {
    const change = 'UPDATE sales.sale SET amount = amount + 1';
    await sales.unit.run(async () => {
      write('a');
      expect(await sales.unit.execute(change)).toBe(1);
      write('b', 5);
      sales.unit.write(change);
      expect(await sales.unit.query(saleRow, 'SELECT id, amount FROM sales.sale ORDER BY id')).toEqual([
        { id: 'a', amount: 3 },
        { id: 'b', amount: 6 },
      ]);
      write('c');
    });
    expect(await stored()).toEqual([
      { id: 'a', amount: 3 },
      { id: 'b', amount: 6 },
      { id: 'c', amount: 1 },
    ]);
  });

  it('tells how many rows it affected, before the unit ends', async () => {
    const told: unknown[] = [];
    await sales.unit.run(async () => {
      sales.unit.onEnd((committed) => told.push(committed));
      write('a', 1, (rows) => told.push(rows));
      sales.unit.write('UPDATE sales.sale SET amount = 2 WHERE id = $1', ['nobody'], (rows) => told.push(rows));
    });
    expect(told).toEqual([1, 0, true]);
  });

  it('goes before what the ORM does', async () => {
    const seen: unknown = await sales.unit.run(async () => {
      write('a');
      return sales.unit.manager.query('SELECT id FROM sales.sale');
    });
    expect(seen).toEqual([{ id: 'a' }]);
    const transaction = sales.unit.run(() =>
      sales.unit.manager
        .transaction(async (inner) => {
          write('b');
          await inner.query('SELECT 1');
          throw new Error('only the savepoint');
        })
        .catch(() => undefined),
    );
    await transaction;
    expect((await stored()).map(({ id }) => id)).toEqual(['a']);
  });

  it('costs nothing when the work throws before anything was waited for', async () => {
    const trips = await roundTripsOf(sales.journal, () =>
      sales.unit
        .run(async () => {
          write('a');
          throw new Error('changed my mind');
        })
        .catch(() => undefined),
    );
    expect(trips).toEqual([]);
    expect(await stored()).toEqual([]);
  });

  it('is one of many: they are sent in portions, and all are there', async () => {
    const ids = Array.from({ length: 1_000 }, (_, nth) => `n${String(nth).padStart(4, '0')}`);
    await sales.unit.run(async () => ids.forEach((id) => write(id)));
    expect((await stored()).map(({ id }) => id)).toEqual(ids);
  });

  it('has the values of the call, whatever becomes of them afterwards', async () => {
    const values: [string, number] = ['', 0];
    const ids = ['a', 'b'];
    await sales.unit.run(async () => {
      for (const [nth, id] of ids.entries()) {
        values[0] = id;
        values[1] = nth;
        sales.unit.write(INSERT, values);
      }
      sales.unit.write('DELETE FROM sales.sale WHERE id = ANY($1::text[])', [ids]);
      ids.pop();
      sales.unit.write(INSERT, ['c', 1]);
    });
    expect(await stored()).toEqual([{ id: 'c', amount: 1 }]);
  });

  it('is refused outside of a unit, and after its end', async () => {
    expect(() => write('a')).toThrow(NoOpenUnitError);
    const inside = await sales.unit.run(async () => requireScope());
    expect(() => runInScope(inside, () => write('late'))).toThrow('has ended; something in it was not awaited');
    expect(await stored()).toEqual([]);
  });
});

describe('a write that fails', () => {
  it('fails the next statement with its error, and the unit', async () => {
    let next: unknown;
    const run = sales.unit.run(async () => {
      write('a');
      write('a');
      await sales.unit.execute('SELECT 1').catch((error: unknown) => {
        next = error;
        throw error;
      });
    });
    await expect(run).rejects.toMatchObject(twice);
    expect(next).toMatchObject(twice);
    expect(await stored()).toEqual([]);
  });

  it('fails the commit when nothing comes between', async () => {
    const told: number[] = [];
    const run = sales.unit.run(async () => {
      requireScope().unit?.append(new Sold({ saleId: 'a', amount: 1 }));
      write('b', 1, (rows) => told.push(rows));
      write('b');
    });
    await expect(run).rejects.toMatchObject(twice);
    expect(await stored()).toEqual([]);
    expect(await sales.database.query(z.object({ type: z.string() }), 'SELECT type FROM sales.journal')).toEqual([]);
  });

  it('is no commit when the error of the next statement is swallowed', async () => {
    const run = sales.unit.run(async () => {
      write('a');
      write('a');
      await sales.unit.execute('SELECT 1').catch(() => undefined);
    });
    await expect(run).rejects.toThrow('its error was swallowed');
    expect(await stored()).toEqual([]);
  });

  it.each([
    ['the first', 7],
    ['a later', 70],
  ])('fails the unit with its own error also when it was sent before, in %s portion', async (_, failing) => {
    const run = sales.unit.run(async () => {
      for (let nth = 0; nth < 200; nth += 1) write(nth === failing ? '0' : String(nth));
    });
    await expect(run).rejects.toMatchObject(twice);
    expect(await stored()).toEqual([]);
  });

  it('is an unknown outcome when the connection is lost, in the first portion too', async () => {
    jest
      .spyOn(ConnectionLease.prototype, 'inOrder')
      .mockRejectedValueOnce(new Error('Connection terminated unexpectedly'));
    const run = sales.unit.run(async () => {
      for (let nth = 0; nth < 20; nth += 1) write(String(nth));
    });
    await expect(run).rejects.toMatchObject({ code: 'outcome-unknown' });
    expect(await stored()).toEqual([]);
  });

  it('is not left out when there was no connection for the next statement, and the work goes on regardless', async () => {
    jest
      .spyOn(poolOf(await sales.journal.dataSource()), 'lease')
      .mockRejectedValueOnce(new OverloadedError('no connection is free'));
    const run = sales.unit.run(async () => {
      write('a');
      await sales.unit.execute('SELECT 1').catch(() => undefined);
      await sales.unit.execute(INSERT, ['b', 1]).catch(() => undefined);
    });
    await expect(run).rejects.toThrow('its error was swallowed');
    expect(await stored()).toEqual([]);
  });

  it('is not left out when it could not be sent, and the work goes on regardless', async () => {
    const run = sales.unit.run(async () => {
      await sales.unit.execute(INSERT, ['b', 1]);
      write('a');
      jest
        .spyOn(ConnectionLease.prototype, 'inOrder')
        .mockRejectedValueOnce(new RangeError('a value that can not be written'));
      await sales.unit.execute('SELECT 1').catch(() => undefined);
    });
    await expect(run).rejects.toThrow('its error was swallowed');
    expect(await stored()).toEqual([]);
  });

  it('leaves the connection to the next unit', async () => {
    await expect(sales.unit.run(async () => write('a', 'many'))).rejects.toMatchObject({ code: '22P02' });
    await Promise.all(Array.from({ length: 30 }, (_, nth) => sales.unit.run(async () => write(String(nth)))));
    expect(await stored()).toHaveLength(30);
  });

  it('beside it a stream that moved is a ConcurrencyError as ever', async () => {
    const append = () =>
      sales.unit.run(async () => {
        write(String(Math.random()));
        sales.unit.append('sale-1', 0, [new Sold({ saleId: 'a', amount: 1 })]);
      });
    await append();
    await expect(append()).rejects.toBeInstanceOf(ConcurrencyError);
    expect(await stored()).toHaveLength(1);
  });
});
