import { tellable } from '@isolith/contracts';
import { SagaNotCompensable, SagaNotSkippable, SagaNotWaiting } from '../engine/saga-failures.js';
import type { SagaPlan } from '../definition/saga.js';
import { movedOn, notMovedOn } from '../instance/moved-on.js';
import { nextAction } from '../instance/next-action.js';
import { isMoving, type Progress, type SagaRow, type Transition } from '../instance/progress.js';
import { skipped } from '../instance/transitions.js';
import { turnedBack } from '../instance/turned-back.js';

/** What a person does to a saga; `turn back` is what an operator calls `compensate`. */
export type Act = 'retry' | 'skip' | 'turn back' | 'take over';

/** A saga as a person finds it. */
export interface Found {
  readonly row: SagaRow;
  /** A host is at it. */
  readonly held: boolean;
  /** The definition that it goes on with; undefined when it is not declared here. */
  readonly plan: SagaPlan | undefined;
}

/** What becomes of it, of which version it is from then on, and what its timeline keeps. */
export interface Operated extends Pick<Transition, 'next' | 'entry'> {
  readonly version: number;
}

/**
 * Whether a saga can do what a person says, and what that makes of it. Pure: whoever saves it sees to it that nobody
 * else does meanwhile.
 * @throws {SagaNotWaiting | SagaNotSkippable | SagaNotCompensable} where it can't; its `cause` is what the saga's own
 *   code threw, if
 * that is why
 */
export function operated(act: Act, found: Found): Operated {
  const { row, plan } = found;
  const { status, version } = row;
  const isFree = isMoving(row) && !found.held;
  switch (act) {
    case 'retry':
      if (status !== 'needs-attention' && !isFree)
        throw new SagaNotWaiting({ status: isMoving(row) ? `${status}, and being moved` : status });
      // What was refused is the answer to its command id for good: the count of refusals stays, so the next id is new.
      return { next: { ...resumed(row), attempts: 0, defects: 0, trouble: null }, entry: 'retried', version };
    case 'skip':
      // What waits for time or an event needs nobody; a person may know that it is not worth waiting for.
      if (!(isFree && row.wait !== null)) requireAttention(row);
      return skippedBy(found);
    case 'turn back':
      if (status !== 'running' && status !== 'needs-attention')
        throw new SagaNotCompensable({ why: `it is ${status}` });
      return turnedBackBy(found);
    case 'take over':
      if (!(isFree && plan === undefined)) requireAttention(row);
      return { next: { ...row, status: 'taken-over' }, entry: 'taken over', version };
  }
}

function skippedBy(found: Found): Operated {
  const { plan, due } = dueOf(found, (why) => new SagaNotSkippable({ why }));
  const action = nextAction(plan, due);
  if (action.do === 'give-up') throw new SagaNotSkippable({ why: action.trouble.detail });
  if (action.do === 'turn-back' || action.do === 'go-on-late') throw new Error('without a deadline nothing is late');
  try {
    return { ...skipped(plan, due, action), version: due.version };
  } catch (thrown) {
    // What follows is up to the saga's own code, with a state that lacks what the reply would have added.
    const why = `the when of a step that follows ${due.step ?? 'it'} failed`;
    throw ofItsOwnCode(new SagaNotSkippable({ why }), thrown);
  }
}

function turnedBackBy(found: Found): Operated {
  const { plan, due } = dueOf(found, (why) => new SagaNotCompensable({ why }));
  const back = turnedBack(plan, due, nextAction(plan, due));
  if ('refused' in back) throw new SagaNotCompensable({ why: back.refused });
  return { ...back, version: due.version };
}

/** The definition that a saga goes on with, and the saga as that sees it. */
function dueOf(
  { row, plan }: Found,
  refusal: (why: string) => Error,
): { readonly plan: SagaPlan; readonly due: SagaRow } {
  if (plan === undefined) throw refusal(`version ${row.version} of ${row.name} is not declared here`);
  try {
    return { plan, due: movedOn(plan, { ...row, ...resumed(row) }) };
  } catch (thrown) {
    throw ofItsOwnCode(refusal(notMovedOn(plan, row).detail), thrown);
  }
}

function ofItsOwnCode(refusal: Error, thrown: unknown): Error {
  refusal.cause = tellable(thrown);
  return refusal;
}

/** Where it was before it came to rest: a saga that turned back has a cause. */
const resumed = (row: SagaRow): Progress => ({ ...row, status: row.cause === null ? 'running' : 'compensating' });

function requireAttention({ status }: Progress): void {
  if (status !== 'needs-attention') throw new SagaNotWaiting({ status });
}
