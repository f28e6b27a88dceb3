export { ContextDatabase } from './context-database.js';
export { contextJournal, type ContextJournal } from './context-journal.js';
export {
  commandLineSource,
  DatabaseRefusedError,
  DataDirRefusedError,
  openingDataDir,
  DataDirInUseError,
  Databases,
  NestedCheckoutError,
  targetLabel,
  type ContextHealth,
  type ContextSpec,
  type DatabasesOptions,
  type DatabaseTarget,
  type EntityClass,
  type MigrationClass,
  type ServerInUse,
} from './database/index.js';
export { EventStore, type Aggregate, type Changed } from './event-store.js';
export { ContextInbox } from './inbox/context-inbox.js';
export { type InboxOptions } from './inbox/inbox-options.js';
export { installationOf } from './installation.js';
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
export { type Announcement, type Replicas } from './relay/replicas.js';
export { type Deliver, type Report } from './relay/subscriber.js';
export { SubscriptionRelays, type RelaysParts, type ServedJournal } from './relay/subscription-relays.js';
export { type SubscriptionName } from './relay/lease-table.js';
export { effectsIn, type Effects } from './repair/effects.js';
export { findLastEffect, type LastEffect, type LookBack } from './repair/last-effect.js';
export { planRewind, type RewindPlan } from './repair/plan-rewind.js';
export { sequencesBehind, setForward, type SequenceBehind } from './repair/sequences.js';
export { handledCommands } from './repair/lost-events.js';
export { repair, type Inspection, type RepairOptions, type RepairResult } from './repair/repair.js';
export { rewindSubscription, type Rewound } from './repair/rewind.js';
export { checkRetention, INBOX_DAYS, type Retention } from './retention/retention.js';
export { Upkeep, type Deletion, type UpkeepParts } from './retention/upkeep.js';
export { makeRoles, type RolesOptions, type RolesResult } from './roles/make-roles.js';
export { type RoleOwner } from './roles/wanted-role.js';
export { schemaOf } from './schema-name.js';
export { SingleStatements } from './single-statements.js';
export { prepared } from './statements.js';
export type { PreparedStatement } from './prepared-statement.js';
export { UnitOfWork } from './unit-of-work.js';
