export { sagaMigrations } from './migrations/saga-migrations.js';
export { endedDaysOf, endedDaysViolations } from './ended-days.js';
export { lostSteps } from './lost-steps.js';
export { saga, type Saga, type SagaCause, type SagaDefinition, type SagaPlan } from './saga.js';
export { SagaEngine } from './saga-engine.js';
export type { Expected, SagaEngineOptions, SagaEngineParts } from './saga-engine-parts.js';
export type { SagaEnd } from './saga-ends.js';
export { DEFAULT_LEASE_MS, leaseTerms, type LeaseTerms } from './saga-lease.js';
export { SagaLeases } from './saga-leases.js';
export type { SagaLog } from './saga-log.js';
export { SagaNotFound, SagaNotSkippable, SagaNotWaiting } from './saga-failures.js';
export { SagaOperations, type SagaOperator } from './saga-operations.js';
export {
  SagaOverview,
  type SagaCount,
  type SagaDetail,
  type SagaFilter,
  type SagaSummary,
  type SagaTimelineEntry,
} from './saga-overview.js';
export { SagaRetention, type SagaRetentionParts } from './saga-retention.js';
export { SagaTable } from './saga-table.js';
export { SagaWatch, type SagaWatchParts } from './saga-watch.js';
export { Sagas } from './sagas.js';
export { step, type Step, type StepBuilder, type StepSpec } from './step.js';
export type { StepRetry } from './retry.js';
export { sagaStatus, type SagaStatusName } from './progress.js';
export { sagaViolations } from './verify-sagas.js';
