export { sagaMigrations } from './migrations/saga-migrations.js';
export { endedDaysOf, endedDaysViolations } from './operations/ended-days.js';
export { lostSteps } from './operations/lost-steps.js';
export { compareSagas, recordSagas, type RecordedSaga } from './definition/recorded-sagas.js';
export { saga, type Saga, type SagaCause, type SagaDefinition, type SagaPlan } from './definition/saga.js';
export { SagaEngine } from './engine/saga-engine.js';
export type { Expected, SagaEngineOptions, SagaEngineParts } from './engine/saga-engine-parts.js';
export { SAGA_EVENTS } from './engine/saga-events.js';
export type { SagaEnd } from './engine/saga-ends.js';
export { SagaLeases } from './leases/saga-leases.js';
export type { SagaLog } from './instance/saga-log.js';
export {
  SagaCursorUnknown,
  SagaNotCompensable,
  SagaNotFound,
  SagaNotSkippable,
  SagaNotWaiting,
} from './engine/saga-failures.js';
export { SagaOperations, type SagaOperator } from './operations/saga-operations.js';
export {
  SagaOverview,
  type SagaCount,
  type SagaDetail,
  type SagaFilter,
  type SagaSummary,
  type SagaTimelineEntry,
} from './operations/saga-overview.js';
export { SagaRetention, type SagaRetentionParts } from './operations/saga-retention.js';
export { SagaTable } from './store/saga-table.js';
export { SagaWatch, type SagaWatchParts } from './operations/saga-watch.js';
export { Sagas } from './engine/sagas.js';
export { all, type StepGroup } from './definition/group.js';
export type { KnownSaga } from './definition/versions.js';
export { step, type Step, type StepBuilder, type StepSpec } from './definition/step.js';
export type { InVain, Reminder, WaitForSpec, WaitSpec } from './definition/wait.js';
export type { StepRetry } from './definition/retry.js';
export { sagaStatus, type SagaStatusName } from './instance/progress.js';
export { sagaViolations } from './definition/verify-sagas.js';
export { choreographyMigrations } from './migrations/choreography-migrations.js';
export {
  choreography,
  isChoreography,
  type Choreography,
  type ChoreographyDefinition,
} from './choreography/choreography.js';
export { diagramOf } from './diagram/diagram-of.js';
export { when, type Cause, type Reaction, type ReactionSpec, type CommandRefusal } from './choreography/reaction.js';
export { react, type Happened, type ReactParts } from './choreography/react.js';
export type { RefusedCommand, Refusals } from './choreography/refusals.js';
export { RefusalTable } from './choreography/refusal-table.js';
export { RefusalRetention } from './choreography/refusal-retention.js';
export { choreographyViolations, type KnownMessages } from './choreography/verify-choreographies.js';
