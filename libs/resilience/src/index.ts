export type { BulkheadState } from './bulkhead.js';
export type { Circuit, StateChange } from './circuit-breaker.js';
export type { BreakerSpec, BulkheadSpec, ResilienceSpec, RetrySpec } from './declaration.js';
export { BulkheadFullError, CircuitOpenError, TimeoutExceededError } from './errors.js';
export { type Fallback, type NoFallback, noFallback } from './fallback.js';
export { ResilienceRegistry } from './registry.js';
export { type Resilience, resilience, type ResilienceState, type RunOptions } from './resilience.js';
export type { ResilienceRuntime } from './run.js';
