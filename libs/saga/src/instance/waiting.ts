import { NewerVersionError, tellable, type EventContract } from '@isolith/contracts';
import type { AwaitedEvent, PlannedWait, Signal } from '../definition/planned-wait.js';
import type { PlannedStep, SagaPlan } from '../definition/saga.js';
import { LONGEST_WAIT_MS } from '../definition/wait.js';
import { outcomeOfError, type StepOutcome } from './outcome.js';
import type { OwnErrorSink } from './perform.js';
import type { Progress, SagaRow, Transition, Wait } from './progress.js';
import { again, againOrParked, backward, forward, type TransitionRules } from './transitions.js';

/** A saga whose step waits, and what is needed to say where it goes. */
export interface WaitingSaga {
  readonly plan: SagaPlan;
  readonly row: SagaRow;
  readonly step: PlannedStep;
  readonly wait: PlannedWait;
  readonly rules: TransitionRules;
  /** Told what the saga's own code threw. */
  readonly ownError: OwnErrorSink;
}

/**
 * Where a saga goes whose step waits.
 *
 *   due --begins to wait--> waiting --time is over--> the step after it, or back
 *    |                        |--the event is there--> the step after it
 *    |                        '--a reminder is due--> reminding --given, or the event is there, or time is over--> waiting
 *    '--the event is there already--> the step after it
 *
 * Each save of one that waits for an event says `unlessHeard`: the table looks for the event in the transaction of the
 * save, while nobody can record one. So an event is found by that look, or it comes after the save and makes the saga
 * due.
 */
export function waiting(saga: WaitingSaga): Transition {
  const { row, wait } = saga;
  try {
    // One that waits for something else began under another version of the definition.
    const isBegun = row.wait !== null && row.wait.event === eventOf(wait);
    return isBegun ? heard(saga, row.wait.key, goesOn(saga, row.wait)) : begins(saga);
  } catch (error) {
    return broken(saga, error);
  }
}

/** What becomes of the `nth` reminder: through an outage it is asked for again, anything else has used it up. */
export function reminded(saga: WaitingSaga, nth: number, outcome: StepOutcome): Transition {
  const { row, step, wait, rules } = saga;
  const begun = row.wait;
  if (begun === null) throw new Error(`saga ${row.name} reminds of what it does not wait for`);
  if (outcome.kind === 'open' && outcome.passing) {
    const later = again(row, outcome, step.retry, rules);
    return heard(saga, begun.key, { ...later, pauseMs: restOf(Math.min(later.pauseMs, leftOf(row)), 0, null) });
  }
  const remind = wait.event?.remind;
  const waited = row.waited_ms ?? 0;
  // Counted from now where a host was away: of what it has missed nothing is made up for.
  const nextReminderMs =
    remind === undefined || nth >= remind.times ? null : Math.max(begun.nextReminderMs ?? 0, waited) + remind.everyMs;
  const failed = outcome.kind === 'done' ? null : { type: outcome.type, detail: outcome.detail };
  const next: Progress = {
    ...row,
    ...noAttempts,
    trouble: failed,
    wait: { ...begun, reminders: nth, nextReminderMs, isReminding: false },
  };
  const entry = `${step.name} reminded (${nth})${failed === null ? '' : `, in vain: ${failed.type}`}`;
  return heard(saga, begun.key, { next, entry, pauseMs: restOf(leftOf(row), waited, nextReminderMs) });
}

function begins(saga: WaitingSaga): Transition {
  const { row, step, wait, rules } = saga;
  const { event: awaited } = wait;
  const event = eventOf(wait);
  const key = awaited?.key(row.state) ?? null;
  const waitEnd = wait.end(row.state, rules.now());
  const nextReminderMs = awaited?.remind?.everyMs ?? null;
  const begun: Wait = { event, key, reminders: 0, nextReminderMs, isReminding: false };
  // Until a moment: only the table can say how long that is.
  const ms = 'until' in waitEnd ? LONGEST_WAIT_MS : waitEnd.forMs;
  return heard(saga, key, {
    next: { ...row, ...noAttempts, wait: begun },
    entry: `${step.name} waits${event === null ? '' : ` for ${event}`}`,
    pauseMs: restOf(ms, 0, nextReminderMs),
    waitEnd,
  });
}

/** Of one that has begun: over, a reminder, or more rest. */
function goesOn({ plan, row, step, wait: { event } }: WaitingSaga, begun: Wait): Transition {
  if (leftOf(row) <= 0)
    return event === undefined ? forward(plan, row, [step], row.state) : inVain(plan, row, step, event);
  const waited = row.waited_ms ?? 0;
  const nextReminderMs = event?.remind === undefined ? null : begun.nextReminderMs;
  return nextReminderMs !== null && nextReminderMs <= waited
    ? { next: { ...row, wait: { ...begun, isReminding: true } }, pauseMs: 0 }
    : { next: row, pauseMs: restOf(leftOf(row), waited, nextReminderMs) };
}

function inVain(plan: SagaPlan, row: SagaRow, step: PlannedStep, { contract, otherwise }: AwaitedEvent): Transition {
  if (otherwise === 'go-on')
    return { ...forward(plan, row, [step], row.state), entry: `${step.name} waited in vain, goes on` };
  const detail = `${contract?.name ?? 'the event'} did not come in time`;
  return backward(plan, row, step.name, { kind: 'refused', type: 'waited-in-vain', detail }, row.done);
}

/** The transition, unless the event is there that is waited for. */
function heard(saga: WaitingSaga, key: string | null, otherwise: Transition): Transition {
  const { plan, row, step, wait } = saga;
  const { event } = wait;
  const contract = event?.contract;
  if (event === undefined || contract === undefined || key === null) return otherwise;
  const taking = (signal: Signal): Transition => {
    try {
      if (signal.schemaVersion > contract.version) return newer(saga, signal, contract);
      const on = forward(plan, row, [step], event.extend(row.state, signal));
      return { ...on, next: { ...on.next, heard: [...row.heard, signal.id] } };
    } catch (error) {
      return broken(saga, error);
    }
  };
  return { ...otherwise, unlessHeard: { event: { contract: contract.name, key, heard: row.heard }, taking } };
}

/** The trouble of a saga that waits with an event of a newer version. */
export const NEWER_EVENT = 'newer-version';

/** A host of a newer release has kept it, and one of that release can read it. */
function newer({ row, step, rules }: WaitingSaga, { schemaVersion }: Signal, contract: EventContract): Transition {
  const { name, version } = contract;
  const { message: detail } = NewerVersionError.of(name, { stored: schemaVersion, known: version });
  const outcome = { kind: 'open', type: NEWER_EVENT, detail, passing: true, declared: false } as const;
  return againOrParked(row, outcome, step.retry, `step ${step.name}`, rules);
}

function broken({ row, step, rules, ownError }: WaitingSaga, thrown: unknown): Transition {
  const error = tellable(thrown);
  ownError(error);
  return againOrParked(row, outcomeOfError(error, false), step.retry, `step ${step.name}`, rules);
}

const noAttempts = { attempts: 0, defects: 0, refusals: 0, trouble: null } as const;

const eventOf = ({ event }: PlannedWait): string | null => event?.contract?.name ?? null;

const leftOf = ({ wait_ms: ms }: SagaRow): number => ms ?? 0;

/** Milliseconds of rest, never 0: until the wait is over or the next reminder is due. */
const restOf = (left: number, waited: number, nextReminderMs: number | null): number =>
  Math.max(1, Math.min(left, nextReminderMs === null ? Infinity : nextReminderMs - waited));
