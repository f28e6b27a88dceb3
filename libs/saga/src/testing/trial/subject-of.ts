import { parseName } from '@isolith/contracts';
import type { Saga, SagaPlan } from '../../definition/saga.js';
import { sagaViolations } from '../../definition/verify-sagas.js';
import type { AttemptBounds } from './host.js';
import type { Receivers } from './receivers.js';
import { trialEvents } from './trial-event.js';
import type { TrialSubject } from './trial-world.js';

/** So few that a history stays short, and more than two passing faults and the attempts of a step can use up. */
const attemptsOf = ({ steps }: SagaPlan): AttemptBounds => ({
  compensationAttempts: 3,
  outageAttempts: 3 + Math.max(...steps.map(({ retry }) => retry.attempts)),
});

/** What a trial says of them. */
interface Surroundings<S> {
  readonly begin: S;
  readonly receivers?: (receivers: Receivers) => void;
  readonly now?: Date;
  readonly events?: readonly object[];
}

/** More reminders than this a history does not need. */
const MOST_REMINDERS = 3;

/** As it was declared, with as few reminders as a history needs. */
const shortened = (plan: SagaPlan): SagaPlan => ({
  ...plan,
  steps: plan.steps.map((step) => {
    const event = step.wait?.event;
    if (step.wait === undefined || event?.remind === undefined) return step;
    const remind = { ...event.remind, times: Math.min(event.remind.times, MOST_REMINDERS) };
    return { ...step, wait: { ...step.wait, event: { ...event, remind } } };
  }),
});

/**
 * A saga that begins with this state, among these receivers.
 * @throws {Error} that names what is wrong with how it is declared
 * @throws {ContractViolationError} for a state that does not fit it: no host could begin with that
 */
export function subjectOf<S>(
  { plan, copyState }: Saga<S>,
  { begin, receivers, now = new Date(), events = [] }: Surroundings<S>,
): TrialSubject {
  const { context } = parseName(plan.name);
  const problems = sagaViolations(context, [plan]);
  if (problems.length > 0) throw new Error(problems.join('; '));
  copyState(begin);
  return {
    context,
    // It copies nothing but the state that it begins with.
    saga: { plan: shortened(plan), copyState: () => copyState(begin) },
    begin,
    receivers: receivers ?? (() => undefined),
    attempts: attemptsOf(plan),
    now,
    events: trialEvents(plan, events),
  };
}
