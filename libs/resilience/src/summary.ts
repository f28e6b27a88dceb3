import type { Declaration } from './declaration.js';
import type { RetryBudgetSpec } from './retry-budget.js';

/** A declaration in one line, outermost first. */
export function summaryOf(declaration: Declaration<unknown>): string {
  const { retry, hedge, breaker, bulkhead, timeoutMs, fallback, noFallback } = declaration;
  const parts = [
    fallback !== undefined && 'fallback',
    retry &&
      `${retry.attempts} attempts, ${retry.initialDelayMs} to ${retry.maxDelayMs} ms between${within(retry.budget)}`,
    hedge && `a second attempt after ${hedge.afterMs} ms${within(hedge.budget)}`,
    breaker &&
      `breaker opens after ${breaker.failureThreshold} failures for ${breaker.openMs} ms, closes after ${breaker.successThreshold} successes`,
    bulkhead && `${bulkhead.concurrency} at once, ${bulkhead.queue} wait`,
    timeoutMs !== undefined && `${timeoutMs} ms each`,
    noFallback !== undefined && `no fallback: ${noFallback}`,
  ];
  return parts.filter((part) => typeof part === 'string').join('; ') || 'none';
}

const within = (budget: Required<RetryBudgetSpec> | undefined): string =>
  budget === undefined ? '' : `, of at most ${budget.share} of the runs and ${budget.burst}`;
