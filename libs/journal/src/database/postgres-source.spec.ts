import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { holdingConnection } from './connection-scope.js';
import { Databases } from './databases.js';

class CreateNotes1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE notes (id int PRIMARY KEY)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notes');
  }
}
const spec = (context: string) => ({ context, entities: [], migrations: [CreateNotes1700000000000] });
const server = process.env['DATABASE_URL'];

describe('a PostgreSQL that cannot be reached', () => {
  it('is an error that keeps the password to itself, and shows in health', async () => {
    // A port that was free a moment ago.
    const listener = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => listener.once('listening', resolve));
    const address = listener.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const { port } = address;
    await new Promise((resolve) => listener.close(resolve));
    const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: `postgres://shop:hunter2@127.0.0.1:${port}/shop`, poolSize: 2 }) });
    const refused = databases.open(spec('orders'));
    await expect(refused).rejects.toThrow('ECONNREFUSED');
    await expect(refused).rejects.not.toThrow('hunter2');
    expect(await databases.health()).toEqual([{ context: 'orders', ok: false, detail: expect.not.stringContaining('hunter2') }]);
    await databases.close();
  });
});

if (server === undefined) {
  process.stdout.write('postgres-source.spec: DATABASE_URL is not set, nothing is run against a server.\n');
} else {
  describe('PostgreSQL', () => {
    const suffix = randomUUID().slice(0, 8);
    const [orders, payments] = [`orders_${suffix}`, `payments_${suffix}`];
    const all: Databases[] = [];
    const begin = (lines: string[] = []): Databases => {
      const databases = new Databases({
        targetOf: () => ({ kind: 'postgres', url: server, poolSize: 3 }),
        onProgress: (line) => lines.push(line),
      });
      all.push(databases);
      return databases;
    };
    afterAll(async () => {
      const databases = begin();
      const source = await databases.open(spec(orders));
      for (const schema of [orders, payments]) await source.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      await Promise.all(all.map((each) => each.close()));
    });

    it('limits every session, also after migrations, and shares one pool', async () => {
      const databases = begin();
      const [first, second] = await Promise.all([databases.open(spec(orders)), databases.open(spec(payments))]);
      const settings = ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'application_name', 'search_path'];
      const rows = await Promise.all(
        [first, second, first, second, first].map((source) =>
          source.query(`SELECT ${settings.map((name) => `current_setting('${name}') AS ${name}`).join(', ')}, pg_backend_pid() AS pid, pg_sleep(0.05)::text`),
        ),
      );
      for (const [row] of rows) {
        expect(row).toMatchObject({
          statement_timeout: '30s',
          lock_timeout: '10s',
          idle_in_transaction_session_timeout: '30s',
          application_name: 'isolith',
          search_path: '"$user", public',
        });
      }
      expect(new Set(rows.map(([row]) => row.pid)).size).toBeLessThanOrEqual(3);
    });

    it('lets two hosts that start together migrate once', async () => {
      const context = payments;
      const reset = await begin().open(spec(context));
      await reset.query(`DROP SCHEMA ${context} CASCADE`);
      const sources = await Promise.all([begin().open(spec(context)), begin().open(spec(context)), begin().open(spec(context))]);
      await expect(sources[0]?.query(`SELECT name FROM ${context}.migrations`)).resolves.toEqual([{ name: 'CreateNotes1700000000000' }]);
    });

    it('outlives the loss of its connections, idle or in use', async () => {
      const lines: string[] = [];
      const databases = begin(lines);
      const source = await databases.open(spec(orders));
      const other = await begin().open(spec(orders));
      const killAll = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'isolith' AND pid = $1`;
      const [idle] = await source.query(`SELECT pg_backend_pid() AS pid`);
      await other.query(killAll, [idle.pid]);
      const inUse = source.transaction(async (manager) => {
        const [mine] = await manager.query(`SELECT pg_backend_pid() AS pid`);
        await other.query(killAll, [mine.pid]);
        await manager.query(`INSERT INTO ${orders}.notes VALUES (1)`);
      });
      await expect(inUse).rejects.toThrow();
      await expect(source.query(`SELECT * FROM ${orders}.notes`)).resolves.toEqual([]);
      expect(await databases.health()).toEqual([{ context: orders, ok: true }]);
    });

    it('rolls back what a holder left open, and refuses a nested checkout as the embedded one does', async () => {
      const source = await begin().open(spec(orders));
      const careless = source.createQueryRunner();
      await careless.startTransaction();
      await careless.query(`INSERT INTO ${orders}.notes VALUES (2)`);
      await careless.release();
      await expect(source.query(`SELECT * FROM ${orders}.notes`)).resolves.toEqual([]);
      const nested = holdingConnection(orders, () => source.transaction(() => source.query('SELECT 1')));
      await expect(nested).rejects.toMatchObject({ name: 'NestedCheckoutError' });
    });

    it('refuses another size for the pool that contexts share', async () => {
      const databases = new Databases({ targetOf: (context) => ({ kind: 'postgres', url: server, poolSize: context === orders ? 3 : 4 }) });
      all.push(databases);
      await databases.open(spec(orders));
      await expect(databases.open(spec(payments))).rejects.toThrow(`Context '${payments}' wants 4 connections`);
    });
  });
}
