export { ContextDatabase } from './context-database.js';
export { contextJournal, type ContextJournal } from './context-journal.js';
export {
  commandLineSource,
  DataDirInUseError,
  Databases,
  NestedCheckoutError,
  type ContextHealth,
  type ContextSpec,
  type DatabasesOptions,
  type DatabaseTarget,
  type EntityClass,
  type MigrationClass,
} from './database/index.js';
export { EventStore, type Aggregate } from './event-store.js';
export { ContextInbox } from './inbox/context-inbox.js';
export { type InboxOptions } from './inbox/inbox-options.js';
export { JournalSignal, type CommitListener } from './journal-signal.js';
export { journalMigrations } from './migrations/journal-migrations.js';
export { holdsEmbeddedData, moveData, type MovedContext, type MoveOptions } from './move/move-data.js';
export { type MovedTable } from './move/move-context.js';
export { MoveRefusedError } from './move/move-plan.js';
export { ParkedNotFound, ReplayRunning } from './parked/failures.js';
export { type GroupReplay } from './parked/group-replay-table.js';
export { OperatorActions, type OperatorAction, type RecordedAction } from './parked/operator-actions.js';
export { type ParkedEntry, type ParkedFilter } from './parked/parked-entry.js';
export { type ParkedCount, type ParkedPage, type ParkedWhole } from './parked/parked-list.js';
export { ParkedMessages, type ParkedParts, type SequenceReplayed } from './parked/parked-messages.js';
export { type ParkedProblem } from './parked/problem.js';
export { type Redeliver } from './parked/replay-message.js';
export { type ReplayFailure } from './parked/sequence-replay.js';
export { FencedReader } from './relay/fenced-reader.js';
export {
  SingleSessionReader,
  type JournalBatch,
  type JournalReader,
  type KeyRange,
  type RecordedEvent,
} from './relay/journal-reader.js';
export { Horizon, type HorizonAge, type HorizonHolder } from './relay/horizon.js';
export { PostgresReplicas } from './relay/postgres-replicas.js';
export { type RelayStatus } from './relay/relay-status.js';
export { type News, type Replicas } from './relay/replicas.js';
export { type Deliver, type Report } from './relay/subscriber.js';
export { SubscriptionRelays, type RelaysParts, type ServedJournal } from './relay/subscription-relays.js';
export { checkRetention, INBOX_DAYS, type Retention } from './retention/retention.js';
export { Upkeep, type Deletion, type UpkeepParts } from './retention/upkeep.js';
export { schemaOf } from './schema-name.js';
export { SingleStatements } from './single-statements.js';
export { prepared } from './statements.js';
export type { PreparedStatement } from './prepared-statement.js';
export { UnitOfWork } from './unit-of-work.js';
