import type { MigrationClass } from '@isolith/postgres';
import { AddInboxTurn } from './add-inbox-turn.js';
import { AddJournalNews } from './add-journal-news.js';
import { AddParkedEdits } from './add-parked-edits.js';
import { AddSubscriptionBeginnings } from './add-subscription-beginnings.js';
import { AddSubscriptionLease } from './add-subscription-lease.js';
import { AddSubscriptionTypes } from './add-subscription-types.js';
import { CreateInbox } from './create-inbox.js';
import { CreateInstallation } from './create-installation.js';
import { CreateJournal } from './create-journal.js';
import { CreateOperatorAction } from './create-operator-action.js';
import { CreateParked } from './create-parked.js';
import { CreateSubscriptionCheckpoint } from './create-subscription-checkpoint.js';
import { IndexInboxByTime } from './index-inbox-by-time.js';
import { IndexJournalByCorrelation } from './index-journal-by-correlation.js';
import { KeepInboxTurnPlans } from './keep-inbox-turn-plans.js';

/** The journal's own tables. Every context with a database has them, in its own schema, before its own migrations. */
export const journalMigrations: readonly MigrationClass[] = [
  CreateJournal,
  CreateInbox,
  CreateSubscriptionCheckpoint,
  AddSubscriptionLease,
  CreateParked,
  CreateOperatorAction,
  AddInboxTurn,
  IndexInboxByTime,
  AddSubscriptionTypes,
  AddJournalNews,
  KeepInboxTurnPlans,
  CreateInstallation,
  AddSubscriptionBeginnings,
  AddParkedEdits,
  IndexJournalByCorrelation,
];
