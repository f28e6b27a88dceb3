import { timeout, TimeoutStrategy } from 'cockatiel';
import { TimeoutExceededError } from './errors.js';
import { type Run, untilAborted } from './run.js';

/**
 * Innermost policy: one attempt at the call. The attempt's signal aborts when `timeoutMs` is over or the run ends, and
 * the attempt is then given up at once, whether the call heeds its signal or not. A call that does not heed it goes on
 * unobserved: its outcome is ignored.
 */
export class Timeout {
  constructor(
    private readonly policy: string,
    private readonly timeoutMs: number | undefined,
  ) {}

  async execute<T>(call: (signal: AbortSignal) => Promise<T>, run: Run): Promise<T> {
    run.signal.throwIfAborted();
    if (this.timeoutMs === undefined) return untilAborted(started(call, run.signal), run.signal);

    // A cockatiel policy is one timer and a listener: made per attempt, its event tells *this* attempt's expiry from an
    // error of the call that merely looks like one. abortOnReturn would cut off a response body that is still being
    // read.
    const policy = timeout(this.timeoutMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false });
    let ended = false;
    policy.onTimeout(() => {
      ended = true;
    });
    try {
      return await policy.execute((context) => call(context.signal), run.signal);
    } catch (error) {
      // cockatiel reports the run's end as a timeout too, and a call may answer the abort with an error of its own
      // before it does.
      run.signal.throwIfAborted();
      if (ended) throw new TimeoutExceededError(this.policy, 'timeout', `no answer within ${this.timeoutMs} ms`);
      throw error;
    }
  }
}

/** Turns a synchronous throw of the call into a rejection. */
async function started<T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return call(signal);
}
