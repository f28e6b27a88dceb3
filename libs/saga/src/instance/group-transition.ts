import type { GroupAction } from './next-action.js';
import type { Round, RoundAnswer } from './perform-group.js';
import type { Progress, Transition } from './progress.js';
import { againOrParked, backward, groupDone, type NotDone, type TransitionRules } from './transitions.js';
import type { PlannedStep, SagaPlan } from '../definition/saga.js';

interface Missing {
  readonly step: PlannedStep;
  readonly outcome: NotDone;
}

/**
 * Where a saga goes when a round of its group has ended, by the rules of a single step. Pure.
 *
 *   all done --> what follows
 *   one of the compensable ones refused, or said often enough that it may pass later --> back: done are those before,
 *       those that were done, and those of which nobody knows
 *   otherwise --> the same group again after a pause, without those that were done
 *
 * Attempts, defects and refusals are the group's: each round counts once.
 */
export function groupTransition(
  plan: SagaPlan,
  progress: Progress,
  action: GroupAction,
  { state, answers }: Round,
  rules: TransitionRules,
): Transition {
  const missing = answers.flatMap(({ step, outcome }) => (outcome.kind === 'done' ? [] : [{ step, outcome }]));
  const told = answers.map(toldOf);
  const [first] = missing;
  if (first === undefined) return groupDone(plan, progress, action, state);

  const refusal = turningBack(missing, progress);
  if (refusal !== undefined) {
    const mayExist = answers.filter(
      ({ step, outcome }) => outcome.kind !== 'refused' || step.leavesEffect(outcome.failure),
    );
    const done = [...progress.done, ...mayExist.map(({ step }) => step.name)];
    const back = backward(plan, { ...progress, state }, refusal.step.name, refusal.outcome, done);
    return { ...back, entry: told.join(', ') };
  }

  const { step, outcome } = shown(missing, first);
  const more = answers.flatMap((answer) => (answer.outcome.kind === 'done' ? [answer.step.name] : []));
  const outageAttempts = step.kind === 'compensable' && !isDeclared(outcome) ? rules.outageAttempts : Infinity;
  const next = againOrParked(
    { ...progress, state, step: action.group, done: [...progress.done, ...more] },
    { ...outcome, detail: `${step.name}: ${outcome.detail}` },
    step.retry,
    `group ${action.group}`,
    rules,
    outageAttempts,
  );
  const entries = [...more.map((name) => `${name} done`), ...(next.entry === undefined ? [] : [next.entry])];
  return entries.length === 0 ? next : { ...next, entry: entries.join(', ') };
}

/** The first that says no for good; else the first that said for the last time that it may pass. */
function turningBack(missing: readonly Missing[], { attempts }: Progress): Missing | undefined {
  const compensable = missing.filter(({ step }) => step.kind === 'compensable');
  return (
    compensable.find(({ outcome }) => outcome.kind === 'refused') ??
    compensable.find(({ step, outcome }) => isDeclared(outcome) && attempts + 1 >= step.retry.attempts)
  );
}

const isDeclared = (outcome: NotDone): boolean => outcome.kind === 'open' && outcome.declared;

/**
 * The answer that counts for the round: one that somebody has to mend, else one that is open. A retriable step that was
 * refused is asked under a new id only with a round in which all that are left were refused: as long as one of them is
 * open, its first id may yet have an effect, and the ids of a group change together. Until then its refusal is the
 * stored answer to one id, and no further defect.
 */
function shown(missing: readonly Missing[], first: Missing): Missing {
  const open = missing.filter(({ outcome }) => outcome.kind === 'open');
  return open.find(({ outcome }) => outcome.kind === 'open' && !outcome.passing) ?? open[0] ?? first;
}

function toldOf({ step: { name }, outcome }: RoundAnswer): string {
  switch (outcome.kind) {
    case 'done':
      return `${name} done`;
    case 'refused':
      return `${name} failed: ${outcome.type}`;
    case 'open':
      return `${name} unknown: ${outcome.type}`;
  }
}
