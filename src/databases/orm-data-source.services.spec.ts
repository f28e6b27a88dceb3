import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { schemaOf } from '@isolith/postgres';
import { createServerDatabase } from '@isolith/postgres/testing';
import type { DataSource } from 'typeorm';
import { ormDataSource } from './orm-data-source.js';
import { shopDatabases } from './shop-databases.js';

const kept = await shopDatabases();

const root = join(import.meta.dirname, '..', '..');

let place: Awaited<ReturnType<typeof createServerDatabase>>;
beforeAll(async () => {
  place = await createServerDatabase();
});
afterAll(() => place.drop());

/** `npm run typeorm -- …` as a process of its own. */
async function typeorm(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [join(root, 'scripts', 'typeorm.ts'), ...args], {
    env: { ...process.env, DATABASE_URL: place.url },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  return { code, output };
}

async function through<T>(context: string, work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = await ormDataSource({ ORM_CONTEXT: context, DATABASE_URL: place.url });
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}

describe.each(kept.map(({ context, migrations }) => [context, migrations.length] as const))(
  'the migrations of %s',
  (context, count) => {
    const tables = (source: DataSource) =>
      source.query(`SELECT tablename FROM pg_tables WHERE schemaname = $1 AND tablename <> 'migrations'`, [
        schemaOf({ context }),
      ]);

    it('run, leave nothing to generate, and can all be reverted and run again', async () => {
      expect(await through(context, (source) => source.runMigrations())).toHaveLength(count);
      expect((await through(context, (source) => source.driver.createSchemaBuilder().log())).upQueries).toEqual([]);
      const left = await through(context, async (source) => {
        for (let nth = 0; nth < count; nth += 1) await source.undoLastMigration();
        return tables(source);
      });
      expect(left).toEqual([]);
      expect(await through(context, (source) => source.runMigrations())).toHaveLength(count);
    });
  },
);

describe('npm run typeorm', () => {
  it('shows, reverts, runs, and generates nothing when nothing has changed', async () => {
    const reverted = await typeorm('--context', 'orders', 'migration:revert');
    expect(reverted).toMatchObject({ code: 0, output: expect.stringContaining('has been reverted successfully') });
    expect((await typeorm('migration:show', '--context=orders')).output).toContain('[ ] DropListIndexes1700000000602');
    expect(await typeorm('--context', 'orders', 'migration:run')).toMatchObject({
      code: 0,
      output: expect.stringContaining('Migration DropListIndexes1700000000602 has been executed successfully'),
    });
    const folder = mkdtempSync(join(tmpdir(), 'isolith-orm-'));
    expect(
      await typeorm('--context', 'orders', 'migration:generate', join(folder, 'Nothing'), '--check'),
    ).toMatchObject({ code: 0, output: expect.stringContaining('No changes in database schema were found') });
    expect(existsSync(folder) && readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });

  it('says what it expects', async () => {
    expect(await typeorm('migration:show')).toMatchObject({
      code: 1,
      output: expect.stringContaining('usage: npm run typeorm -- --context <context>'),
    });
    expect(await typeorm('--context', 'ordersx', 'migration:show')).toMatchObject({
      code: 1,
      output: expect.stringContaining('ORM_CONTEXT: expected one of users, products,'),
    });
  });
});
