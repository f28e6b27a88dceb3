import type { MigrationClass } from '../database/index.js';
import { CreateInbox } from './create-inbox.js';
import { CreateJournal } from './create-journal.js';
import { CreateSubscriptionCheckpoint } from './create-subscription-checkpoint.js';

/** The journal's own tables. Every context with a database has them, in its own schema, before its own migrations. */
export const journalMigrations: readonly MigrationClass[] = [CreateJournal, CreateInbox, CreateSubscriptionCheckpoint];
