/** The longest that a request is kept waiting, in seconds, whatever it prefers. */
export const LONGEST_WAIT_S = 30;

const WAIT = /^wait\s*=\s*"?(\d{1,9})"?$/i;

/** Seconds of `Prefer: wait=N` (RFC 7240), at most LONGEST_WAIT_S; 0 without one. A preference is never an error. */
export function preferredWait(header: string | readonly string[] | undefined): number {
  const preferences = [header ?? []]
    .flat()
    .flatMap((line) => line.split(','))
    .map((preference) => preference.split(';', 1).join('').trim());
  // The first one counts when it is stated more than once.
  const seconds = preferences.map((preference) => WAIT.exec(preference)?.[1]).find((match) => match !== undefined);
  return Math.min(Number(seconds ?? 0), LONGEST_WAIT_S);
}
