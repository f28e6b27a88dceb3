const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * Milliseconds before the attempt after `failed` failed ones: between half and all of 1 s, 2 s, 4 s and so on, and no
 * less than the model asks for. Never more than 60 s, whatever it asks for.
 */
export function pauseBeforeAsking(failed: number, retryAfterMs: number | undefined, random: () => number): number {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failed - 1, 10));
  const own = most / 2 + (most / 2) * random();
  const asked = retryAfterMs !== undefined && retryAfterMs > 0 ? retryAfterMs : 0;
  return Math.ceil(Math.min(LONGEST_MS, Math.max(own, asked)));
}
