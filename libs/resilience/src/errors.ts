/**
 * A limit of time was reached: the call's own `timeoutMs`, or the deadline of the whole run. The call may have had its
 * effect.
 */
export class TimeoutExceededError extends Error {
  override readonly name = 'TimeoutExceededError';
  /** It may succeed later: a reaction that met it waits instead of using up its attempts. */
  readonly retryable = true;

  constructor(
    /** Name of the policy set. */
    readonly policy: string,
    readonly limit: 'timeout' | 'deadline',
    detail: string,
  ) {
    super(`resilience "${policy}": ${detail}`);
  }
}

/**
 * The circuit breaker refused. It is thrown only when no attempt of this run reached the call, so the call had no
 * effect. `mayHalfOpenAt` (epoch milliseconds) is when the first probe may go, Infinity while somebody holds it open;
 * in the past when all probes are taken already.
 */
export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError';
  /** It may succeed later: a reaction that met it waits instead of using up its attempts. */
  readonly retryable = true;

  constructor(
    readonly policy: string,
    readonly circuit: 'open' | 'half-open',
    readonly mayHalfOpenAt: number,
  ) {
    super(
      circuit === 'open' && mayHalfOpenAt === Number.POSITIVE_INFINITY
        ? `resilience "${policy}": the circuit is held open until somebody closes it`
        : circuit === 'open'
          ? `resilience "${policy}": the circuit is open and may half-open at ${new Date(mayHalfOpenAt).toISOString()}`
          : `resilience "${policy}": the circuit has been half-open since ${new Date(mayHalfOpenAt).toISOString()} or later and all its probes are taken`,
    );
  }
}

/** Every slot and every place in the queue is taken. Thrown only when no attempt of this run reached the call. */
export class BulkheadFullError extends Error {
  override readonly name = 'BulkheadFullError';
  /** It may succeed later: a reaction that met it waits instead of using up its attempts. */
  readonly retryable = true;

  constructor(
    readonly policy: string,
    readonly concurrency: number,
    readonly queue: number,
  ) {
    super(`resilience "${policy}": the bulkhead is full (${concurrency} running, ${queue} queued)`);
  }
}
