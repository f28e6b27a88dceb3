/**
 * What the other packages of this repository take from this one. Undocumented and unstable: a patch release may change
 * or remove any of it. Applications import `@isolith/postgres`.
 */
export { holdingConnection, outsideOfUnits } from '../connections/connection-scope.js';
export {
  endPool,
  leftInTransaction,
  takeFrom,
  type Checkout,
  type ConnectionSource,
} from '../connections/connection-source.js';
export { loadOf, type PoolLoad } from '../connections/pool-load.js';
export { connectionOf } from '../connections/connection-url.js';
export { caused, databaseError, decided, OVERLOADED, withoutValues } from '../connections/database-errors.js';
export { BEGIN, COMMIT, type Statement } from '../connections/statement.js';
export { ConnectionLease } from '../connections/lease.js';
export { prepared, type PreparedStatement } from '../connections/prepared-statement.js';
export { PINNED, pinSession, SESSION_LIMITS } from '../connections/session-settings.js';
export { SeparateStatements } from '../connections/separate-statements.js';
export { lossOf, owesAnswer, watchConnection } from '../connections/watched-connection.js';
export { openBeside } from '../databases/open-beside.js';
export { connectContext } from '../databases/open-context.js';
export { migrationsIn } from '../schemas/migrations-in.js';
export { onConnection, type PgClient, type StatementResult } from '../pools/connection.js';
export { poolOf } from '../pools/context-pool.js';
export { openSource } from '../pools/open-source.js';
export { SharedPool, sharedTarget } from '../pools/shared-pool.js';
export { type BoundStatement, type RowsCounted, Transaction } from '../pools/transaction.js';
export { MIGRATIONS_TABLE } from '../schemas/migrations-table.js';
export { sameSchema } from '../schemas/schema-name.js';
export { quoted } from '../schemas/quoted.js';
export { schemaOfMigration } from '../schemas/schema-of-migration.js';
export { examineServer } from '../surroundings/examine-server.js';
export { type Owners, reachOf, reachWarning } from '../surroundings/role-reach.js';
export { dataDirRefusal, openingDataDir } from '../targets/data-dir-refusal.js';
export { CLUSTER, holdsEmbeddedData } from '../targets/embedded-data.js';
export { checkTarget, connectionFor, targetKey } from '../targets/target.js';
