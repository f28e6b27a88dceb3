import type { Fallback, NoFallback } from './fallback.js';
import type { HedgeOptions, HedgeSpec } from './hedge.js';
import type { RetryOptions } from './retry.js';
import { LEAST_SHARE, type RetryBudgetSpec } from './retry-budget.js';
import { LONGEST_TIMER_MS } from './run.js';

/** How often is tried, and how long is paused in between; times in milliseconds, drawn at random up to the ceiling. */
export interface RetrySpec {
  /** Attempts in all, the first included. Default 3. */
  readonly attempts?: number;
  /** Ceiling of the first backoff; it doubles with each further one. Default 1000. */
  readonly initialDelayMs?: number;
  /** Ceiling of every backoff. Default 10000. */
  readonly maxDelayMs?: number;
  /** Whether another attempt can help. Never asked about an expected failure. Default: always. */
  readonly retryOn?: (error: unknown) => boolean;
  /**
   * What all runs together may repeat, beside the attempts of each: `{}` takes its defaults. A run that finds it spent
   * ends with the error that it has. Default: as much as the attempts allow.
   */
  readonly budget?: RetryBudgetSpec;
}

/** When a breaker opens and closes; times in milliseconds. */
export interface BreakerSpec {
  /** Failures in a row that open the circuit. Default 5. */
  readonly failureThreshold?: number;
  /** Successes in a row that close it again, and the most probes that run at once. Default 3. */
  readonly successThreshold?: number;
  /** How long it stays open. Default 30000. */
  readonly openMs?: number;
}

/** How many attempts run and wait at most. */
export interface BulkheadSpec {
  /** Attempts that may run at once. */
  readonly concurrency: number;
  /** Attempts that may wait for a slot; 0 refuses at once. */
  readonly queue: number;
}

interface Policies {
  readonly retry?: RetrySpec;
  readonly hedge?: HedgeSpec;
  readonly bulkhead?: BulkheadSpec;
  /** Limit of one attempt, from its slot to its answer. */
  readonly timeoutMs?: number;
  /**
   * What is an expected business outcome: never retried, never a failure for the breaker, never answered by the
   * fallback. Default: nothing.
   */
  readonly isAnswer?: (error: unknown) => boolean;
}

/**
 * A policy that is absent does not apply; `{}` takes its defaults. A breaker needs a fallback or `noFallback(reason)`.
 */
export type ResilienceSpec<F = never> = Policies &
  (
    | { readonly breaker?: never; readonly fallback?: Fallback<F> | NoFallback }
    | { readonly breaker: BreakerSpec; readonly fallback: Fallback<F> | NoFallback }
  );

/** The spec with its defaults filled in and its numbers checked. */
export interface Declaration<F> {
  readonly retry: RetryOptions | undefined;
  readonly hedge: HedgeOptions | undefined;
  readonly breaker: Required<BreakerSpec> | undefined;
  readonly bulkhead: BulkheadSpec | undefined;
  readonly timeoutMs: number | undefined;
  readonly isAnswer: (error: unknown) => boolean;
  readonly fallback: Fallback<F> | undefined;
  /** Why there is none. */
  readonly noFallback: string | undefined;
  readonly violations: readonly string[];
}

/** @throws RangeError that names every number out of range. */
export function declare<F>(name: string, spec: ResilienceSpec<F>): Declaration<F> {
  const isAnswer = spec.isAnswer ?? (() => false);
  const retryOn = spec.retry?.retryOn ?? (() => true);
  const retry = spec.retry && {
    attempts: spec.retry.attempts ?? 3,
    initialDelayMs: spec.retry.initialDelayMs ?? 1_000,
    maxDelayMs: spec.retry.maxDelayMs ?? 10_000,
    retryOn: (error: unknown) => !isAnswer(error) && retryOn(error),
    budget: spec.retry.budget && { share: spec.retry.budget.share ?? 0.2, burst: spec.retry.budget.burst ?? 10 },
  };
  const hedge = spec.hedge && {
    afterMs: spec.hedge.afterMs,
    budget: { share: spec.hedge.budget?.share ?? 0.1, burst: spec.hedge.budget?.burst ?? 10 },
    isAnswer,
  };
  const breaker = spec.breaker && {
    failureThreshold: spec.breaker.failureThreshold ?? 5,
    successThreshold: spec.breaker.successThreshold ?? 3,
    openMs: spec.breaker.openMs ?? 30_000,
  };
  const { bulkhead, timeoutMs } = spec;
  const problems = [
    name.trim() === '' && 'name must not be blank',
    retry && whole('retry.attempts', retry.attempts, 1),
    retry && duration('retry.initialDelayMs', retry.initialDelayMs, 0),
    retry && duration('retry.maxDelayMs', retry.maxDelayMs, 0),
    retry?.budget && share('retry.budget.share', retry.budget.share),
    retry?.budget && whole('retry.budget.burst', retry.budget.burst, 1),
    hedge && duration('hedge.afterMs', hedge.afterMs, 1),
    hedge && share('hedge.budget.share', hedge.budget.share),
    hedge && whole('hedge.budget.burst', hedge.budget.burst, 1),
    breaker && whole('breaker.failureThreshold', breaker.failureThreshold, 1),
    breaker && whole('breaker.successThreshold', breaker.successThreshold, 1),
    breaker && duration('breaker.openMs', breaker.openMs, 1),
    bulkhead && whole('bulkhead.concurrency', bulkhead.concurrency, 1),
    bulkhead && whole('bulkhead.queue', bulkhead.queue, 0),
    timeoutMs !== undefined && duration('timeoutMs', timeoutMs, 1),
  ].filter((problem) => typeof problem === 'string');
  if (problems.length > 0) throw new RangeError(`resilience "${name}": ${problems.join('; ')}`);

  const fallback = typeof spec.fallback === 'function' ? spec.fallback : undefined;
  const reason = typeof spec.fallback === 'object' ? spec.fallback.reason : undefined;
  const violations = fallbackViolations(name, spec);
  return { retry, hedge, breaker, bulkhead, timeoutMs, isAnswer, fallback, noFallback: reason, violations };
}

/** Kept for the start of the host, which lists the violations of all declarations at once, instead of thrown here. */
function fallbackViolations<F>(name: string, spec: ResilienceSpec<F>): string[] {
  if (typeof spec.fallback === 'function') return [];
  if (spec.fallback !== undefined)
    return spec.fallback.reason.trim() === '' ? [`resilience "${name}": noFallback() needs a reason`] : [];
  // The type forbids it, but specs from untyped code get here too.
  return spec.breaker === undefined ? [] : [`resilience "${name}": a breaker needs a fallback or noFallback(reason)`];
}

function whole(field: string, value: number, least: number): string | undefined {
  return Number.isSafeInteger(value) && value >= least
    ? undefined
    : `${field} must be a whole number of at least ${least}, got ${value}`;
}

function duration(field: string, value: number, least: number): string | undefined {
  return value >= least && value <= LONGEST_TIMER_MS
    ? undefined
    : `${field} must be between ${least} and ${LONGEST_TIMER_MS} milliseconds, got ${value}`;
}

function share(field: string, value: number): string | undefined {
  return value >= LEAST_SHARE && value <= 1 ? undefined : `${field} must be between 0.000001 and 1, got ${value}`;
}
