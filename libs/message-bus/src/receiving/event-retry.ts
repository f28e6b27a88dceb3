/**
 * How often a subscription tries an event whose handler throws, and how long it waits in between: exponential with full
 * jitter. Only attempts in which the handler ran and threw count. An outage (a retryable error) is waited out with the
 * same pauses, until the inbox's bound of days parks it, and a host that dies counts nothing. A ConcurrencyError is an
 * attempt: the inbox has run the handler ten times by then.
 */
export interface EventRetry {
  /** Attempts until the event is parked, the first included; 1 or more. */
  readonly attempts: number;
  /** The longest that the first pause can be, in milliseconds; it doubles with each attempt. */
  readonly initialDelayMs: number;
  /** The longest that any pause can be, in milliseconds. */
  readonly maxDelayMs: number;
  /**
   * How long one run of a handler may take before the watchdog of its host names it, in milliseconds; default 10,000.
   * It is not broken off.
   */
  readonly handlerMs?: number;
}

/** What a handler may take without being named when nothing else is said: no deadline, no `handlerMs`. */
export const WITHIN_MS = 10_000;

/** What a subscription does that says nothing of `retry`. */
export const defaultEventRetry: EventRetry = { attempts: 5, initialDelayMs: 200, maxDelayMs: 10_000 };

/** Brokers give up on a consumer that holds a message for half an hour; a pause must end well before that. */
const LONGEST_DELAY_MS = 600_000;

/** What is wrong with a policy, as sentences that name the field. */
export function retryProblems({ attempts, initialDelayMs, maxDelayMs, handlerMs }: EventRetry): readonly string[] {
  const problems: string[] = [];
  if (!Number.isInteger(attempts) || attempts < 1)
    problems.push(`retry.attempts must be a whole number, 1 or more, not ${attempts}`);
  if (!Number.isInteger(initialDelayMs) || initialDelayMs < 0)
    problems.push(`retry.initialDelayMs must be whole milliseconds, 0 or more, not ${initialDelayMs}`);
  if (!Number.isInteger(maxDelayMs) || maxDelayMs < 0 || maxDelayMs > LONGEST_DELAY_MS) {
    problems.push(`retry.maxDelayMs must be whole milliseconds, at most ${LONGEST_DELAY_MS}, not ${maxDelayMs}`);
  } else if (initialDelayMs > maxDelayMs)
    problems.push(`retry.initialDelayMs (${initialDelayMs}) is longer than retry.maxDelayMs (${maxDelayMs})`);
  if (handlerMs !== undefined && (!Number.isInteger(handlerMs) || handlerMs < 1 || handlerMs > LONGEST_DELAY_MS))
    problems.push(`retry.handlerMs must be whole milliseconds, 1 to ${LONGEST_DELAY_MS}, not ${handlerMs}`);
  return problems;
}
