export { ContextDatabase } from './context-database.js';
export { contextJournal, type ContextJournal } from './context-journal.js';
export {
  commandLineSource, DataDirInUseError, Databases, NestedCheckoutError, type ContextHealth, type ContextSpec, type DatabasesOptions,
  type DatabaseTarget, type EntityClass, type MigrationClass,
} from './database/index.js';
export { EventStore, type Aggregate } from './event-store.js';
export { ContextInbox } from './inbox/context-inbox.js';
export { JournalSignal, type CommitListener } from './journal-signal.js';
export { journalMigrations } from './migrations/journal-migrations.js';
export { holdsEmbeddedData, moveData, type MovedContext, type MoveOptions } from './move/move-data.js';
export { type MovedTable } from './move/move-context.js';
export { MoveRefusedError } from './move/move-plan.js';
export { FencedReader } from './relay/fenced-reader.js';
export { SingleSessionReader, type JournalBatch, type JournalReader, type RecordedEvent } from './relay/journal-reader.js';
export { SubscriptionRelay, type Deliver, type RelayParts, type RelayStatus, type Subscriber } from './relay/subscription-relay.js';
export { SubscriptionRelays, type RelaysParts } from './relay/subscription-relays.js';
export { schemaOf } from './schema-name.js';
export { UnitOfWork } from './unit-of-work.js';
