import { steadyNow } from '@isolith/contracts';
/** setTimeout's largest delay; a later deadline is as good as none. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * A timer drops fractions and counts from the turn that set it, so it may fire this much before its time: nobody gives
 * up while a receiver would still begin.
 */
const EARLY_MS = 1;

/** Runs work with a signal that aborts at the deadline (a moment of `steadyNow()`). */
export async function underDeadline<T>(
  deadline: number | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  if (deadline === undefined) return work(controller.signal);
  const remaining = deadline - steadyNow();
  if (remaining <= 0) return work(AbortSignal.abort());
  const timer = setTimeout(() => controller.abort(), Math.min(Math.ceil(remaining) + EARLY_MS, LONGEST_TIMER));
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
