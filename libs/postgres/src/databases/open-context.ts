import { escapeIdentifier } from 'pg';
import {
  AbstractLogger,
  DataSource,
  MigrationExecutor,
  type DataSourceOptions,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import { clientOf } from '../pools/connection.js';
import { MIGRATIONS_TABLE } from '../schemas/migrations-table.js';
import { schemaOf, type SchemaOwner } from '../schemas/schema-name.js';
import type { ConnectionSource } from '../connections/connection-source.js';
import { ContextPool, driverOver, standsBehind } from '../pools/context-pool.js';
import { resetSession, SESSION_LIMITS } from '../connections/session-settings.js';
import { answerWithin } from '../connections/watched-connection.js';

/** A class decorated with `@Entity()` of TypeORM. */
export type EntityClass = new (...args: never[]) => object;
/** A migration of TypeORM; its name ends with the timestamp that orders it. */
export type MigrationClass = new () => MigrationInterface;

/** What a context keeps in its database; its tables are in `schemaOf` it. */
export interface ContextSpec extends SchemaOwner {
  readonly entities: readonly EntityClass[];
  /** Run once each, in order of the timestamp that their class names end with, each in a transaction of its own. */
  readonly migrations: readonly MigrationClass[];
}

/**
 * What fails is thrown; the ORM would print failed migrations, and statements with their values, past the host's own
 * log.
 */
class Silent extends AbstractLogger {
  protected override writeLog(): void {
    // Nothing: see above.
  }
}

/** Another host may be at the same migrations; longer than this is a case for a human. */
const OTHERS_MIGRATE_MS = 300_000;
const ONE_STATEMENT_MS = 600_000;
/** The server speaks first. */
const ANSWER_MS = ONE_STATEMENT_MS + 5_000;

/** What every DataSource of a context is made of, whoever opens it. */
export const contextOptions = (
  { entities, migrations, ...owner }: ContextSpec,
  pool: ContextPool,
): Extract<DataSourceOptions, { type: 'postgres' }> => ({
  type: 'postgres',
  schema: schemaOf(owner),
  entities: [...entities],
  migrations: [...migrations],
  migrationsTableName: MIGRATIONS_TABLE,
  migrationsTransactionMode: 'each',
  synchronize: false,
  migrationsRun: false,
  // Otherwise the ORM installs uuid-ossp and others on its own; what a context needs stands in its migrations.
  installExtensions: false,
  driver: driverOver(pool),
});

/** A DataSource over `source` whose schema exists and whose migrations have run. Nothing of it stays if that fails. */
export async function openContext(spec: ContextSpec, source: ConnectionSource, limits: boolean): Promise<DataSource> {
  const pool = new ContextPool(spec.context, source);
  const dataSource = new DataSource({ ...contextOptions(spec, pool), logger: new Silent() });
  standsBehind(pool, dataSource);
  await dataSource.initialize();
  try {
    await migrate(dataSource, spec, source, limits);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}

/** A DataSource over `source` for a schema as it is: nothing is made, nothing migrated. */
export async function connectContext(spec: ContextSpec, source: ConnectionSource): Promise<DataSource> {
  const pool = new ContextPool(spec.context, source);
  const dataSource = new DataSource({ ...contextOptions(spec, pool), logger: new Silent() });
  standsBehind(pool, dataSource);
  return dataSource.initialize();
}

/** On one connection throughout, since the lock belongs to its session and the embedded engine has no second one. */
async function migrate(
  dataSource: DataSource,
  spec: ContextSpec,
  source: ConnectionSource,
  limits: boolean,
): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    if (limits) patientSession(await clientOf(runner));
    await prepareSession((text, values) => runner.query(text, values), spec, limits);
    const executor = new MigrationExecutor(dataSource, runner);
    executor.transaction = 'each';
    await executor.executePendingMigrations();
    await leaveSession(runner, source, limits);
  } catch (error) {
    // The first error is the one to tell. Where even this fails the connection is gone, and its lock with it.
    await leaveSession(runner, source, limits).catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}

/** A connection that migrates waits for its answers as long as `prepareSession` lets a statement take. */
export function patientSession(client: object): void {
  answerWithin(client, ANSWER_MS);
}

/** Who migrates a schema holds the advisory lock of this text. */
export const migrationLock = (schema: string): string => `isolith migrations of ${schema}`;

/** Sends one statement on the session that is being prepared; yields its rows. */
type Send = (text: string, values?: unknown[]) => Promise<readonly unknown[]>;

/**
 * Makes a session the one that migrates the context: it holds the lock, the schema exists, unqualified names are the
 * context's.
 */
export async function prepareSession(send: Send, owner: SchemaOwner, limits: boolean): Promise<void> {
  const schema = schemaOf(owner);
  if (limits) await send(`SELECT set_config('statement_timeout', $1, false)`, [String(ONE_STATEMENT_MS)]);
  if (limits) await send(`SELECT set_config('lock_timeout', $1, false)`, [String(OTHERS_MIGRATE_MS)]);
  // Should this machine vanish, the server is to notice in seconds, not hours, that nobody holds the lock any more.
  if (limits)
    await send(
      `SELECT set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false), set_config('tcp_keepalives_count', '4', false)`,
    );
  await send(`SELECT pg_advisory_lock(hashtextextended($1, 0))`, [migrationLock(schema)]);
  // A migration that cannot have its table lock soon must not queue behind a reader, with all writers queueing behind
  // it.
  if (limits) await send(`SELECT set_config('lock_timeout', $1, false)`, [String(SESSION_LIMITS.lock_timeout)]);
  // Asked first: CREATE SCHEMA IF NOT EXISTS needs the right to create even when there is nothing to do.
  const found = await send('SELECT 1 FROM pg_namespace WHERE nspname = $1', [schema]);
  if (found.length === 0) await send(`CREATE SCHEMA ${escapeIdentifier(schema)}`);
  // So that the same migration class serves several contexts, each in its schema.
  await send(`SELECT set_config('search_path', $1, false)`, [`${escapeIdentifier(schema)}, public`]);
}

/**
 * The connection goes back to a pool that all contexts share. Not DISCARD ALL: it would drop the statements that others
 * have prepared.
 */
async function leaveSession(runner: QueryRunner, source: ConnectionSource, limits: boolean): Promise<void> {
  const client = await clientOf(runner);
  if (source.endAfterUse === undefined) await resetSession(client, limits);
  else source.endAfterUse(client);
  await runner.query('SELECT pg_advisory_unlock_all()');
}
