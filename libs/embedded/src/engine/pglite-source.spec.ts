import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { holdingConnection } from '@isolith/postgres/internal';
import { Databases } from '@isolith/postgres';

class CreateTally1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE tally (n int NOT NULL)');
    await runner.query('INSERT INTO tally VALUES (0)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tally');
  }
}

const CONTEXTS = ['orders', 'payments', 'inventory', 'shipments'] as const;

describe('one session for all contexts', () => {
  const databases = new Databases({ targetOf: () => ({ kind: 'pglite', dataDir: 'memory://' }) });
  const sources = new Map<string, DataSource>();
  const of = (context: string): DataSource => {
    const source = sources.get(context);
    if (source === undefined) throw new Error(`no source for ${context}`);
    return source;
  };
  const addOne = (context: string): Promise<void> =>
    holdingConnection(context, () =>
      of(context).transaction(async (manager) => {
        const [row] = await manager.query<{ n: number }[]>(`SELECT n FROM ${context}.tally`);
        await manager.query(`UPDATE ${context}.tally SET n = $1`, [(row?.n ?? 0) + 1]);
      }),
    );

  beforeAll(async () => {
    for (const context of CONTEXTS) {
      sources.set(context, await databases.open({ context, entities: [], migrations: [CreateTally1700000000000] }));
    }
  });
  afterAll(() => databases.close());

  it('runs 500 units of four contexts that come at once, each alone, while timers and sockets get their turns', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    await Promise.all(Array.from({ length: 500 }, (_, at) => addOne(CONTEXTS[at % CONTEXTS.length] ?? 'orders')));
    clearInterval(timer);
    for (const context of CONTEXTS)
      await expect(of(context).query(`SELECT n FROM ${context}.tally`)).resolves.toEqual([{ n: 125 }]);
    expect(turns).toBeGreaterThan(50);
  });

  it.each([
    ['another context', 'payments'],
    ['its own context past the manager', 'orders'],
  ])('refuses at once a unit that asks for %s', async (_, asking) => {
    const nested = holdingConnection('orders', () => of('orders').transaction(() => of(asking).query('SELECT 1')));
    await expect(nested).rejects.toMatchObject({ name: 'NestedCheckoutError', holding: 'orders', asking });
    await expect(addOne('orders')).resolves.toBeUndefined();
  });

  it('lets a stretch of work use one connection after the other', async () => {
    const values = await holdingConnection('orders', async () => [
      await of('orders').query('SELECT 1 AS a'),
      await of('payments').query('SELECT 2 AS a'),
    ]);
    expect(values).toEqual([[{ a: 1 }], [{ a: 2 }]]);
  });

  it('goes on after a statement that failed inside of a transaction', async () => {
    await expect(of('orders').transaction((manager) => manager.query('SELECT 1 / 0'))).rejects.toThrow(
      'division by zero',
    );
    await expect(of('orders').query('SELECT 1 AS fine')).resolves.toEqual([{ fine: 1 }]);
  });
});
