import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { journalMigrations } from '../index.js';
import { commandLineSource, Databases } from '@isolith/postgres';

describe("a context's DataSource for the command line, embedded", () => {
  const spec = { context: 'late-orders', entities: [], migrations: journalMigrations };

  it('runs and reverts migrations in the schema of the context', async () => {
    const source = commandLineSource(spec, { kind: 'pglite', dataDir: 'memory://' });
    await source.initialize();
    expect((await source.runMigrations()).map(({ name }) => name)).toEqual(
      journalMigrations.map((Migration) => new Migration().name),
    );
    for (let left = journalMigrations.length; left > 2; left -= 1) await source.undoLastMigration();
    await expect(
      source.query(`SELECT tablename AS name FROM pg_tables WHERE schemaname = 'late_orders' ORDER BY 1`),
    ).resolves.toEqual([{ name: 'inbox' }, { name: 'journal' }, { name: 'migrations' }]);
    await source.destroy();
  });

  it('keeps its hands off a folder that a host uses', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'isolith-orm-'));
    const host = new Databases({ targetOf: () => ({ kind: 'pglite', dataDir }) });
    await host.open(spec);
    await expect(commandLineSource(spec, { kind: 'pglite', dataDir }).initialize()).rejects.toThrow(
      'is in use by process',
    );
    await host.close();
    rmSync(dataDir, { recursive: true });
  });

  it('is refused for a target or a context that cannot be meant', () => {
    expect(() => commandLineSource(spec, { kind: 'postgres', url: 'mysql://x', poolSize: 1 })).toThrow(
      "context 'late-orders': url must begin with",
    );
    expect(() => commandLineSource({ ...spec, context: 'Orders' }, { kind: 'pglite', dataDir: 'memory://' })).toThrow(
      "'Orders' cannot name",
    );
  });
});
