import { violationOf, type SagaViolation } from './saga-violation.js';
import type { OpenTrialHost } from './trial/host.js';
import { runHistory, type History } from './trial/run-history.js';
import type { Happening } from './trial/trace.js';
import type { TrialSubject } from './trial/trial-world.js';

/** What the rules of one history can't see. */
export const SAME_AGAIN = {
  id: 'same-history-again',
  promise: 'the same faults make the same history: a saga reads no clock and draws nothing',
} as const;

/** Runs the history once more. */
export async function differsWhenRunAgain(
  history: History,
  subject: TrialSubject,
  openHost: OpenTrialHost,
): Promise<SagaViolation | undefined> {
  const again = await runHistory(subject, history.faults, openHost);
  const [one, other] = [history.trace.map(told), again.trace.map(told)];
  const at = one.findIndex((line, index) => line !== other[index]);
  if (at < 0 && one.length === other.length) return undefined;
  return violationOf(history, SAME_AGAIN, `once ${one[at] ?? 'nothing more'}, then ${other[at] ?? 'nothing more'}`);
}

/** All that a command carries and all that is saved; of an error what it says, because its stack may differ. */
const told = (happening: Happening): string =>
  JSON.stringify('error' in happening ? { ...happening, error: String(happening.error) } : happening);
