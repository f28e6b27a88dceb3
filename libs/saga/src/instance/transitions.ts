import type { Action, Decision, GroupAction, SingleAction } from './next-action.js';
import type { StepOutcome } from './outcome.js';
import type { Progress, Transition, Trouble } from './progress.js';
import { dueName } from '../definition/group.js';
import { DEFAULT_RETRY, pauseAfter, type StepRetry } from '../definition/retry.js';
import type { PlannedStep, SagaPlan } from '../definition/saga.js';
import { takenFrom } from '../definition/taken-step.js';

export interface TransitionRules {
  /** After so many attempts of what is due that were no outage the saga waits for a person. */
  readonly compensationAttempts: number;
  /** After so many attempts of a step before the pivot that met nothing but an outage the saga waits for a person. */
  readonly outageAttempts: number;
  /** Yields [0, 1). */
  readonly random: () => number;
  /** Yields milliseconds since 1970: what the longest wait until a moment is told by. */
  readonly now: () => number;
}

export const DEFAULT_ATTEMPTS = { compensationAttempts: 12, outageAttempts: 5_000 } as const;

export type NotDone = Exclude<StepOutcome, { kind: 'done' }>;

const fresh = { attempts: 0, defects: 0, refusals: 0, trouble: null, wait: null } as const;

/** Where a saga goes when what it was about to do ended in `outcome`. Pure: the same arguments, the same transition. */
export function transition(
  plan: SagaPlan,
  progress: Progress,
  action: Exclude<SingleAction, { do: 'remind' }>,
  outcome: StepOutcome,
  rules: TransitionRules,
): Transition {
  switch (action.do) {
    case 'step':
      return outcome.kind === 'done'
        ? forward(plan, progress, [action.step], outcome.state)
        : notForward(plan, progress, action.step, outcome, rules);
    case 'compensate':
      return outcome.kind === 'done'
        ? undone(plan, progress, action.step)
        : againOrParked(progress, outcome, action.step.retry, `the compensation of ${action.step.name}`, rules);
    case 'tell-failed':
      return outcome.kind === 'done'
        ? ended(progress)
        : againOrParked(progress, outcome, DEFAULT_RETRY, 'telling the failure', rules);
  }
}

/** Where a saga goes without asking anybody. */
export function decided(plan: SagaPlan, progress: Progress, action: Decision): Transition {
  switch (action.do) {
    case 'give-up':
      return parked(progress, action.trouble);
    case 'turn-back': {
      // Whether it was asked for is not known: a host that was stopped may have sent it, or may yet. So it is undone.
      const { due, steps } = action;
      const late = {
        type: 'deadline-exceeded',
        detail: `it was not done within ${plan.deadlineMs ?? 0} ms of the saga's begin${lastTrouble(progress)}`,
      };
      return {
        // Of a step that waits nobody was asked for anything.
        ...backward(plan, progress, due, { ...late, kind: 'open' }, [...progress.done, ...undoable(steps)]),
        deadlineOver: true,
      };
    }
    case 'go-on-late':
      return { next: progress, entry: 'deadline exceeded, goes on', pauseMs: 0, deadlineOver: true };
  }
}

const lastTrouble = ({ trouble }: Progress): string =>
  trouble === null ? '' : `; last ${trouble.type}: ${trouble.detail}`;

/** What an operator who skips what is due makes of a saga. */
export function skipped(plan: SagaPlan, progress: Progress, action: Exclude<Action, Decision>): Transition {
  switch (action.do) {
    case 'group': {
      const entry = `skipped ${namesOf(action.steps).join(', ')} of ${action.group}`;
      return { ...groupDone(plan, progress, action, progress.state), entry };
    }
    case 'step':
    case 'wait':
    case 'remind':
      return { ...forward(plan, progress, [action.step], progress.state), entry: `skipped ${action.step.name}` };
    case 'compensate':
      return { ...undone(plan, progress, action.step), entry: `skipped the compensation of ${action.step.name}` };
    case 'tell-failed':
      return { ...ended(progress), entry: 'skipped telling the failure' };
  }
}

/** All of a group is done, the last of it with these. */
export function groupDone(
  plan: SagaPlan,
  progress: Progress,
  { group, steps }: GroupAction,
  state: unknown,
): Transition {
  return forward(
    plan,
    progress,
    steps,
    state,
    plan.steps.findLast((step) => step.group === group),
  );
}

export const namesOf = (steps: readonly PlannedStep[]): readonly string[] => steps.map(({ name }) => name);

/** Those that may have had an effect: a wait has none, so it is never among what is done. */
export const undoable = (steps: readonly PlannedStep[]): readonly string[] =>
  namesOf(steps.filter(({ kind }) => kind !== 'wait'));

/**
 * On to the step that follows, of those that the saga takes with the state as it is now.
 * @throws what a `when` of the saga throws
 */
export function forward(
  plan: SagaPlan,
  progress: Progress,
  steps: readonly PlannedStep[],
  state: unknown,
  last = steps.at(-1),
): Transition {
  const done = [...progress.done, ...undoable(steps)];
  const following = last && takenFrom(plan, plan.steps.indexOf(last) + 1, state);
  const next: Progress =
    following === undefined
      ? { ...progress, ...fresh, state, done, status: 'completed', step: null }
      : { ...progress, ...fresh, state, done, step: dueName(following) };
  return {
    next,
    entry: namesOf(steps)
      .map((name) => `${name} done`)
      .join(', '),
    pauseMs: 0,
  };
}

/**
 * Only a failure that a contract declares turns a saga back: a final one at once, one that may pass when the attempts
 * are used up, before the pivot; at the pivot a final one only, because while its answer is open it may have decided
 * either way. A retriable step is never undone. What is no answer, silence or a host that can't or won't, is waited
 * out, and then a person decides: an outage, however long, and a defect are not for the business to end on.
 */
function notForward(
  plan: SagaPlan,
  progress: Progress,
  step: PlannedStep,
  outcome: NotDone,
  rules: TransitionRules,
): Transition {
  const { done } = progress;
  if (step.kind === 'retriable') return againOrParked(progress, outcome, step.retry, `step ${step.name}`, rules);
  if (outcome.kind === 'refused') {
    const mayExist = step.kind === 'compensable' && step.leavesEffect(outcome.failure);
    return backward(plan, progress, step.name, outcome, mayExist ? [...done, step.name] : done);
  }
  if (step.kind === 'pivot') return againOrParked(progress, outcome, step.retry, `step ${step.name}`, rules);
  if (!outcome.declared)
    return againOrParked(progress, outcome, step.retry, `step ${step.name}`, rules, rules.outageAttempts);
  return progress.attempts + 1 >= step.retry.attempts
    ? backward(plan, progress, step.name, outcome, [...done, step.name])
    : again(progress, outcome, step.retry, rules);
}

export function backward(
  plan: SagaPlan,
  progress: Progress,
  step: string,
  { type, detail, kind }: Pick<NotDone, 'type' | 'detail' | 'kind'>,
  done: readonly string[],
): Transition {
  const cause = { step, type, detail };
  const over = done.length === 0 && plan.failed === undefined;
  const next: Progress = {
    ...progress,
    ...fresh,
    status: over ? 'compensated' : 'compensating',
    step: null,
    done,
    cause,
  };
  return { next, entry: `${step} ${kind === 'refused' ? 'failed' : 'unknown'}: ${type}`, pauseMs: 0 };
}

function undone(plan: SagaPlan, progress: Progress, step: PlannedStep): Transition {
  const done = progress.done.slice(0, -1);
  const over = done.length === 0 && plan.failed === undefined;
  return {
    next: { ...progress, ...fresh, done, status: over ? 'compensated' : 'compensating' },
    entry: `${step.name} compensated`,
    pauseMs: 0,
  };
}

const ended = (progress: Progress): Transition => ({
  next: { ...progress, ...fresh, status: 'compensated' },
  entry: 'failure told',
  pauseMs: 0,
});

/**
 * What has to succeed is asked again. An outage is waited out however long it takes: a person could do no more than
 * wait, unless there is a way back. What keeps failing otherwise has to be mended by one.
 */
export function againOrParked(
  progress: Progress,
  outcome: NotDone,
  retry: StepRetry,
  what: string,
  rules: TransitionRules,
  outageAttempts = Infinity,
): Transition {
  const next = counted(progress, outcome);
  const goesOn = isPassing(outcome) ? next.attempts < outageAttempts : next.defects < rules.compensationAttempts;
  if (goesOn) return again(progress, outcome, retry, rules);
  return parked(next, { type: outcome.type, detail: `${what} keeps failing: ${outcome.detail}` });
}

const isPassing = (outcome: NotDone): boolean => outcome.kind === 'open' && outcome.passing;

export function again(progress: Progress, outcome: NotDone, retry: StepRetry, { random }: TransitionRules): Transition {
  const { type, detail } = outcome;
  const next = { ...counted(progress, outcome), trouble: { type, detail } };
  return { next, pauseMs: pauseAfter(next.attempts, retry, random) };
}

/**
 * One more attempt that came to nothing. A refusal has used up its command id, also for whoever tries again by hand.
 */
const counted = (progress: Progress, outcome: NotDone): Progress => ({
  ...progress,
  attempts: progress.attempts + 1,
  defects: progress.defects + (isPassing(outcome) ? 0 : 1),
  refusals: progress.refusals + (outcome.kind === 'refused' ? 1 : 0),
});

/** Nothing moves the saga any more until a person does. */
export const parked = (progress: Progress, trouble: Trouble): Transition => ({
  next: { ...progress, status: 'needs-attention', trouble },
  entry: `needs attention: ${trouble.type}`,
  pauseMs: 0,
});
