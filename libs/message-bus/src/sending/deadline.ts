import { steadyNow } from '@isolith/contracts';

/** setTimeout's largest delay; a later deadline is as good as none. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * A timer drops fractions and counts from the turn that set it, so it may fire this much before its time: nobody gives
 * up while a receiver would still begin.
 */
const EARLY_MS = 1;

/** Why the signal of `underDeadline` aborts when its work has what it asked for. */
export const ANSWERED = 'answered by another attempt';

/**
 * Runs work with a signal that aborts at the deadline (a moment of `steadyNow()`), when whoever asked for it gives up
 * before, or when the work itself gives up what it began and needs no longer; then with the reason `ANSWERED`.
 */
export async function underDeadline<T>(
  deadline: number | undefined,
  work: (signal: AbortSignal, giveUpRest: () => void) => Promise<T>,
  givenUp?: AbortSignal,
): Promise<T> {
  if (givenUp !== undefined)
    return underDeadline(deadline, (signal, giveUpRest) => work(AbortSignal.any([signal, givenUp]), giveUpRest));
  const controller = new AbortController();
  const giveUpRest = (): void => controller.abort(ANSWERED);
  if (deadline === undefined) return work(controller.signal, giveUpRest);
  const remaining = deadline - steadyNow();
  if (remaining <= 0) return work(AbortSignal.abort(), giveUpRest);
  const timer = setTimeout(() => controller.abort(), Math.min(Math.ceil(remaining) + EARLY_MS, LONGEST_TIMER));
  try {
    return await work(controller.signal, giveUpRest);
  } finally {
    clearTimeout(timer);
  }
}
