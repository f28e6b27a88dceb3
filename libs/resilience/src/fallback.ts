import { type Run, untilAborted } from './run.js';

/**
 * Gives what stands in for the call's result. Local and quick: no timeout and no deadline covers it, only the caller's
 * signal.
 */
export type Fallback<F> = (error: unknown) => F | Promise<F>;

/** The stated decision that nothing can stand in for the call's result: its errors reach the caller. */
export interface NoFallback {
  readonly reason: string;
}

/** Declares that there is no substitute; `reason` tells the reader why, and a blank one is a violation. */
export function noFallback(reason: string): NoFallback {
  return Object.freeze({ reason });
}

/**
 * Outermost policy: answers every error except an expected failure, which is the answer already, and the caller's own
 * abort, which leaves nobody to answer. An error that the fallback throws is passed on as it is.
 */
export async function withFallback<T, F>(
  inner: () => Promise<T>,
  run: Run,
  fallback: Fallback<F> | undefined,
  isAnswer: (error: unknown) => boolean,
): Promise<T | F> {
  try {
    return await inner();
  } catch (error) {
    run.callerSignal?.throwIfAborted();
    if (fallback === undefined || isAnswer(error)) throw error;
    const substitute = Promise.resolve(fallback(error));
    return run.callerSignal === undefined ? await substitute : await untilAborted(substitute, run.callerSignal);
  }
}
