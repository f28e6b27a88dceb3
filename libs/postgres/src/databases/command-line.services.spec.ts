import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Column, Entity, PrimaryColumn, type DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createServerDatabase } from '../testing/test-database.js';
import { commandLineSource } from './command-line.js';
import { Databases } from './databases.js';
import type { ContextSpec } from './open-context.js';

@Entity('note')
class Note {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  text!: string;
}

class CreateNote1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Not qualified: unqualified names mean the context's schema.
    await runner.query(
      'CREATE TABLE note (id uuid NOT NULL, text text NOT NULL, CONSTRAINT "PK_eb28fa627a6f2c4f1f1c1d1d2f5" PRIMARY KEY (id))',
    );
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE note');
  }
}

let place: Awaited<ReturnType<typeof createServerDatabase>>;
beforeAll(async () => {
  place = await createServerDatabase();
});
afterAll(() => place.drop());

const late = (migrations: ContextSpec['migrations']): ContextSpec => ({
  context: 'late-orders',
  entities: [Note],
  migrations,
});
async function through<T>(spec: ContextSpec, work: (source: DataSource) => Promise<T>): Promise<T> {
  const source = commandLineSource(spec, { kind: 'postgres', url: place.url, poolSize: 10 });
  await source.initialize();
  try {
    return await work(source);
  } finally {
    await source.destroy();
  }
}
/** What `migration:generate` would write. */
const generated = async (source: DataSource): Promise<readonly string[]> =>
  (await source.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);

describe("a context's DataSource for the command line, on a server", () => {
  it('refuses a server that no host could work with (fault 7)', async () => {
    const other = await createServerDatabase(`ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'`);
    const source = commandLineSource(late([]), { kind: 'postgres', url: other.url, poolSize: 1 });
    await expect(source.initialize()).rejects.toThrow('has the encoding LATIN1');
    await other.drop();
  });

  it('generates what an entity lacks, in the schema of the context, and nothing once that has run', async () => {
    const missing = await through(late([]), generated);
    expect(missing).toEqual([expect.stringContaining('CREATE TABLE "late_orders"."note"')]);
    const primaryKey = /"(PK_\w+)"/.exec(missing.join())?.[1] ?? '';
    class CreateNoteAsGenerated1700000000001 extends CreateNote1700000000001 {
      override async up(runner: QueryRunner): Promise<void> {
        await super.up(runner);
        await runner.query(`ALTER TABLE note RENAME CONSTRAINT "PK_eb28fa627a6f2c4f1f1c1d1d2f5" TO "${primaryKey}"`);
      }
    }
    const spec = late([CreateNoteAsGenerated1700000000001]);
    expect(await through(spec, async (source) => (await source.runMigrations()).map(({ name }) => name))).toEqual([
      'CreateNoteAsGenerated1700000000001',
    ]);
    expect(await through(spec, generated)).toEqual([]);
    await through(spec, (source) => source.query('ALTER TABLE late_orders.note DROP COLUMN text'));
    expect(await through(spec, generated)).toEqual([
      expect.stringContaining('ALTER TABLE "late_orders"."note" ADD "text"'),
    ]);
    await through(spec, (source) => source.undoLastMigration());
    expect(await through(spec, generated)).toEqual(missing);
  });

  it('holds the migration lock of the context, for which a host waits', async () => {
    const source = commandLineSource(late([]), { kind: 'postgres', url: place.url, poolSize: 1 });
    await source.initialize();
    const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 1 }) });
    const order: string[] = [];
    const opening = databases.open({ ...late([]), entities: [] }).then(() => order.push('host opened'));
    const waits = async (): Promise<boolean> => {
      const [row] = await source.query<
        { waits: boolean }[]
      >(`SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS waits`);
      return row?.waits ?? false;
    };
    while (order.length === 0 && !(await waits())) await new Promise(setImmediate);
    order.push('command line ended');
    await source.destroy();
    await opening;
    expect(order).toEqual(['command line ended', 'host opened']);
    await databases.close();
  });
});
