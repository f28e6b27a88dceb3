/**
 * What the other packages of this repository take from this one. Undocumented and unstable: a patch release may change
 * or remove any of it. Applications import `@isolith/journal`.
 */
export { ContextInbox } from '../inbox/context-inbox.js';
export { causesIn } from '../history/causes.js';
export {
  type HistoryFilter,
  type HistoryPage,
  JournalHistory,
  type RecordedEvent,
} from '../history/journal-history.js';
export { DEFAULT_LEASE_MS, leaseTerms, type LeaseTerms } from '../leases/lease-terms.js';
export { Lookout } from '../leases/lookout.js';
export { type Imported, JournalFeatureRegistration, providedBy } from '../nest/kept-by.js';
export { type RecordedData, shownData } from '../parked/masked.js';
export { digestOf } from '../inbox/digest.js';
export { OperatorActions } from '../parked/operator-actions.js';
export { FencedReader } from '../relay/fenced-reader.js';
export { DRAWN, type JournalReader, SingleSessionReader } from '../relay/journal-reader.js';
export { type Effects, effectsIn } from '../repair/effects.js';
export { KnownContexts } from '../repair/known-contexts.js';
export { handledCommands } from '../repair/lost-events.js';
export { planRewind } from '../repair/plan-rewind.js';
export { INBOX_DAYS } from '../retention/retention.js';
export { refuseUnits } from '../unit/data-source-in-units.js';
export { SingleStatements } from '../unit/single-statements.js';
