import { tellable } from '@isolith/contracts';
import { Reading } from './rules/reading.js';
import { sagaRules } from './rules/saga-rules.js';
import type { AtEnd } from './saga-ending.js';
import { violationOf, type SagaViolation } from './saga-violation.js';
import { spelledFault } from './trial/fault.js';
import type { History } from './trial/run-history.js';

/** What is said at the end of a history by whoever knows the business. */
export const HOLDS_AT_THE_END = {
  id: 'holds-at-the-end',
  promise: 'what the trial says in `atEnd` holds wherever the saga has ended',
} as const;

/** All that a history breaks. */
export async function breaches<S>(history: History, atEnd: AtEnd<S> | undefined): Promise<readonly SagaViolation[]> {
  const reading = new Reading(history);
  const broken = sagaRules.flatMap((rule) => {
    const problem = rule.broken(reading);
    return problem === undefined ? [] : [violationOf(history, rule, problem)];
  });
  const { end } = history;
  if (atEnd === undefined || end === undefined) return broken;
  try {
    // Of its own schema: a state that does not fit is another breach.
    await atEnd({
      status: end.status,
      state: end.state as S,
      acts: reading.operated.map(({ act }) => act),
      faults: history.faults.map(spelledFault),
    });
    return broken;
  } catch (error) {
    return [...broken, violationOf(history, HOLDS_AT_THE_END, tellable(error).message)];
  }
}
