import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Databases } from './databases.js';
import { DataDirInUseError } from '../connections/errors.js';
import type { DatabaseTarget } from '../targets/target.js';

class CreateNotes1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE notes (id int PRIMARY KEY, said text)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notes');
  }
}
let repaired = false;
class FailsAtFirst1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE half (id int)');
    if (!repaired) throw new Error('not yet');
  }
  async down(): Promise<void> {
    // Nothing to take back.
  }
}

const closing: Databases[] = [];
const folders: string[] = [];
const on = (target: DatabaseTarget): Databases => {
  const databases = new Databases({ targetOf: () => target });
  closing.push(databases);
  return databases;
};
const inMemory = (): Databases => on({ kind: 'pglite', dataDir: 'memory://' });
const inFolder = (folder: string): Databases => on({ kind: 'pglite', dataDir: folder });
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'isolith-db-'));
  folders.push(folder);
  return folder;
};
const notes = (context: string) => ({ context, entities: [], migrations: [CreateNotes1700000000000] });

afterEach(async () => {
  await Promise.all(closing.splice(0).map((databases) => databases.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('Databases in memory', () => {
  it("gives each context its own schema, with the ORM's record of migrations inside", async () => {
    const databases = inMemory();
    const orders = await databases.open(notes('orders'));
    await databases.open(notes('payments'));
    await expect(
      orders.query(
        `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
      ),
    ).resolves.toEqual(
      ['orders.migrations', 'orders.notes', 'payments.migrations', 'payments.notes'].map((name) => ({ name })),
    );
    await expect(orders.query('SHOW search_path')).resolves.toEqual([{ search_path: 'public' }]);
  });

  it('opens a context once, however often and at once it is asked for', async () => {
    const databases = inMemory();
    const [first, second] = await Promise.all([databases.open(notes('orders')), databases.open(notes('orders'))]);
    expect(second).toBe(first);
    await expect(databases.open({ ...notes('orders'), migrations: [] })).rejects.toThrow(
      "'orders' is already open with other",
    );
  });

  it('forgets a rolled-back row', async () => {
    const orders = await inMemory().open(notes('orders'));
    const doomed = orders.transaction(async (manager) => {
      await manager.query('INSERT INTO orders.notes VALUES (1, $1)', ['gone']);
      throw new Error('no');
    });
    await expect(doomed).rejects.toThrow('no');
    await expect(orders.query('SELECT * FROM orders.notes')).resolves.toEqual([]);
  });

  it('rolls back what a holder left open, before the next one gets the connection', async () => {
    const databases = inMemory();
    const [orders, payments] = await Promise.all([databases.open(notes('orders')), databases.open(notes('payments'))]);
    const careless = orders.createQueryRunner();
    await careless.startTransaction();
    await careless.query('INSERT INTO orders.notes VALUES (1, $1)', ['left open']);
    await careless.release();
    await payments.query('INSERT INTO payments.notes VALUES (2, $1)', ['kept']);
    await expect(orders.query('SELECT id FROM orders.notes UNION SELECT id FROM payments.notes')).resolves.toEqual([
      { id: 2 },
    ]);
  });

  it('keeps nothing of a failed migration and can try again', async () => {
    const databases = inMemory();
    const spec = { context: 'orders', entities: [], migrations: [CreateNotes1700000000000, FailsAtFirst1700000000001] };
    await expect(databases.open(spec)).rejects.toThrow('not yet');
    expect(await databases.health()).toEqual([
      { context: 'orders', ok: false, detail: expect.stringContaining('not yet') },
    ]);
    repaired = true;
    const orders = await databases.open(spec);
    await expect(orders.query('SELECT name FROM orders.migrations ORDER BY id')).resolves.toEqual([
      { name: 'CreateNotes1700000000000' },
      { name: 'FailsAtFirst1700000000001' },
    ]);
    expect(await databases.health()).toEqual([{ context: 'orders', ok: true }]);
  });

  it('counts who waits for a connection, and for how long', async () => {
    const databases = inMemory();
    const orders = await databases.open(notes('orders'));
    const loads = async () => (await databases.pools())[0];
    const before = await loads();
    expect(before).toMatchObject({ contexts: ['orders'], connections: 1, idle: 1, waiting: 0 });
    const holder = orders.createQueryRunner();
    await holder.connect();
    const waiter = orders.query('SELECT 1');
    expect(await loads()).toMatchObject({ idle: 0, waiting: 1 });
    await holder.release();
    await waiter;
    expect(await loads()).toMatchObject({ waiting: 0, waits: (before?.waits ?? 0) + 1 });
    expect((await loads())?.waitedSeconds).toBeGreaterThan(before?.waitedSeconds ?? NaN);
    await databases.close();
    expect(await databases.pools()).toEqual([]);
  });

  it('shares nothing with another Databases', async () => {
    const [mine, other] = await Promise.all([inMemory().open(notes('orders')), inMemory().open(notes('orders'))]);
    await mine.query('INSERT INTO orders.notes VALUES (1, $1)', ['mine']);
    await expect(other.query('SELECT * FROM orders.notes')).resolves.toEqual([]);
  });

  it('closes once, while opening too, and opens nothing afterwards', async () => {
    const databases = inMemory();
    const opening = databases.open(notes('orders'));
    const closed = databases.close();
    expect(databases.close()).toBe(closed);
    await closed;
    expect((await opening).isInitialized).toBe(false);
    await expect(databases.open(notes('orders'))).rejects.toThrow('the databases are closed');
    expect(await databases.health()).toEqual([{ context: 'orders', ok: false, detail: 'closed' }]);
  });

  it.each(['Orders', 'public', 'pg_x', 'a"b', ''])('refuses %j as the name of a context', async (context) => {
    await expect(inMemory().open(notes(context))).rejects.toThrow(`'${context}' cannot name`);
  });

  it.each([
    [{ kind: 'pglite', dataDir: ' ' }, 'dataDir is empty'],
    [{ kind: 'postgres', url: 'postgres://h/d', poolSize: 0 }, 'poolSize must be'],
    [{ kind: 'postgres', url: 'mysql://user:secret@h/d', poolSize: 1 }, 'url must begin with'],
  ] as const)('refuses the target %j', async (target, message) => {
    const refused = on(target).open(notes('orders'));
    await expect(refused).rejects.toThrow(`context 'orders': ${message}`);
    await expect(refused).rejects.not.toThrow('secret');
  });
});

describe('Databases in a folder', () => {
  it('shows after a restart what was committed before, and refuses a second owner, which harms nothing', async () => {
    const folder = newFolder();
    const first = inFolder(folder);
    const before = await first.open(notes('orders'));
    await before.query('INSERT INTO orders.notes VALUES (1, $1)', ['kept']);
    const second = inFolder(folder);
    await expect(second.open(notes('orders'))).rejects.toThrow(DataDirInUseError);
    await before.query('INSERT INTO orders.notes VALUES (2, $1)', ['unharmed']);
    await first.close();
    const orders = await second.open(notes('orders'));
    await expect(orders.query('SELECT said FROM orders.notes ORDER BY id')).resolves.toEqual([
      { said: 'kept' },
      { said: 'unharmed' },
    ]);
    await expect(orders.query('SHOW fsync')).resolves.toEqual([{ fsync: 'on' }]);
  });
});
