import { escapeIdentifier } from 'pg';
import { AbstractLogger, DataSource, MigrationExecutor, type MigrationInterface, type QueryRunner } from 'typeorm';
import type { ConnectionSource } from './connection-source.js';
import { ContextPool, driverOver } from './context-pool.js';

export type EntityClass = new (...args: never[]) => object;
export type MigrationClass = new () => MigrationInterface;

export interface ContextSpec {
  /** Also the name of the schema. */
  readonly context: string;
  readonly entities: readonly EntityClass[];
  /** Run once each, in order of the timestamp that their class names end with, each in a transaction of its own. */
  readonly migrations: readonly MigrationClass[];
}

/** What fails is thrown; the ORM would print failed migrations, and statements with their values, past the host's own log. */
class Silent extends AbstractLogger {
  protected override writeLog(): void {
    // Nothing: see above.
  }
}

/** Another host may be at the same migrations; longer than this is a case for a human. */
const OTHERS_MIGRATE_MS = 300_000;
const ONE_STATEMENT_MS = 600_000;

/** A DataSource over `source` whose schema exists and whose migrations have run. Nothing of it stays if that fails. */
export async function openContext(spec: ContextSpec, source: ConnectionSource, limits: boolean): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    schema: spec.context,
    entities: [...spec.entities],
    migrations: [...spec.migrations],
    migrationsTableName: 'migrations',
    synchronize: false,
    migrationsRun: false,
    // Otherwise the ORM installs uuid-ossp and others on its own; what a context needs stands in its migrations.
    installExtensions: false,
    logger: new Silent(),
    driver: driverOver(new ContextPool(spec.context, source)),
  });
  await dataSource.initialize();
  try {
    await migrate(dataSource, spec.context, limits);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** On one connection throughout, since the lock belongs to its session and the embedded engine has no second one. */
async function migrate(dataSource: DataSource, context: string, limits: boolean): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    if (limits) await runner.query(`SELECT set_config('statement_timeout', $1, false)`, [String(ONE_STATEMENT_MS)]);
    if (limits) await runner.query(`SELECT set_config('lock_timeout', $1, false)`, [String(OTHERS_MIGRATE_MS)]);
    await runner.query(`SELECT pg_advisory_lock(hashtextextended($1, 0))`, [`isolith migrations of ${context}`]);
    // A migration that cannot have its table lock soon must not queue behind a reader, with all writers queueing behind it.
    if (limits) await runner.query('RESET lock_timeout');
    await ensureSchema(runner, context);
    // So that the same migration class serves several contexts, each in its schema.
    await runner.query(`SELECT set_config('search_path', $1, false)`, [`${escapeIdentifier(context)}, public`]);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    await executor.executePendingMigrations();
  } finally {
    try {
      await leaveSession(runner);
    } finally {
      await runner.release();
    }
  }
}

async function ensureSchema(runner: QueryRunner, context: string): Promise<void> {
  // Asked first: CREATE SCHEMA IF NOT EXISTS needs the right to create even when there is nothing to do.
  if (await runner.hasSchema(context)) return;
  await runner.query(`CREATE SCHEMA ${escapeIdentifier(context)}`);
}

/** The connection goes back to a pool that all contexts share. Not DISCARD ALL: it would drop the statements that others have prepared. */
async function leaveSession(runner: QueryRunner): Promise<void> {
  await runner.query('RESET ALL');
  await runner.query('SELECT pg_advisory_unlock_all()');
}
