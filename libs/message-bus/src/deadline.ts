/** setTimeout's largest delay; a later deadline is as good as none. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Runs work with a signal that aborts at the deadline (milliseconds since the epoch). */
export async function underDeadline<T>(
  deadline: number | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  if (deadline === undefined) return work(controller.signal);
  const remaining = deadline - Date.now();
  if (remaining <= 0) return work(AbortSignal.abort());
  const timer = setTimeout(() => controller.abort(), Math.min(remaining, LONGEST_TIMER));
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
