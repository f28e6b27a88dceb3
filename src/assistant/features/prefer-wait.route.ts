/** The longest that a request is kept waiting, in seconds: whoever talks to somebody waits for the answer. */
export const LONGEST_WAIT_S = 30;

const WAIT = /^(?:wait\s*=\s*"?(\d{1,9})"?|respond-async)$/i;

/**
 * Seconds that a request waits for its answer: those of `Prefer: wait=N` (RFC 7240), none with `respond-async` alone,
 * LONGEST_WAIT_S without either, and at most. A preference is never an error.
 */
export function preferredWait(header: string | undefined): number {
  const found = (header ?? '')
    .split(',')
    .map((preference) => WAIT.exec(preference.split(';', 1).join('').trim()))
    .filter((match) => match !== null);
  const seconds = found.map(([, wait]) => wait).find((wait) => wait !== undefined);
  return Math.min(Number(seconds ?? (found.length > 0 ? 0 : LONGEST_WAIT_S)), LONGEST_WAIT_S);
}
