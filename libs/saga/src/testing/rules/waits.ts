import type { PlannedWait } from '../../definition/planned-wait.js';
import type { PlannedStep } from '../../definition/saga.js';
import type { SagaRow } from '../../instance/progress.js';
import type { Reading } from './reading.js';

/** From one row of the saga to the next. */
export interface Change {
  readonly index: number;
  readonly before: SagaRow;
  readonly row: SagaRow;
  readonly byPerson: boolean;
  /** Until something is due, by the save. */
  readonly rests: boolean;
}

/** A step that waits, from the save with which it began to wait. */
export interface BegunWait {
  readonly index: number;
  readonly step: PlannedStep;
  readonly wait: PlannedWait;
  /** Milliseconds since the begin of the saga, both. */
  readonly beganMs: number;
  readonly endMs: number;
}

/** Asked for by several rules, for each of its changes. */
const changes = new WeakMap<Reading, readonly Change[]>();

/** All changes of what is saved, in order. */
export function changesOf(reading: Reading): readonly Change[] {
  const known = changes.get(reading) ?? made(reading);
  changes.set(reading, known);
  return known;
}

function made(reading: Reading): readonly Change[] {
  const rows = [...reading.saved, ...reading.all('operated')].toSorted((one, other) => one.index - other.index);
  return rows.flatMap((one, at) => {
    const before = rows[at - 1];
    if (before === undefined) return [];
    const { index, row } = one;
    const byPerson = one.what === 'operated';
    return [{ index, before: before.row, row, byPerson, rests: one.what === 'saved' && one.pauseMs > 0 }];
  });
}

/** The step that is due and waits. */
export const waitingStep = (reading: Reading, { status, step }: SagaRow): PlannedStep | undefined => {
  const due = status === 'running' && step !== null ? reading.step(step) : undefined;
  return due?.wait === undefined ? undefined : due;
};

/** The wait before `index` that began last. */
export function begunWait(reading: Reading, index: number): BegunWait | undefined {
  const began = changesOf(reading).findLast(
    (change) =>
      change.index < index &&
      change.row.wait !== null &&
      (change.before.wait === null || change.before.step !== change.row.step),
  );
  const step = began && waitingStep(reading, began.row);
  if (began === undefined || step?.wait === undefined) return undefined;
  const beganMs = reading.timeAt(began.index);
  const end = step.wait.end(began.row.state, reading.history.beganAt.getTime() + beganMs);
  const endMs = 'until' in end ? end.until.getTime() - reading.history.beganAt.getTime() : beganMs + end.forMs;
  return { index: began.index, step, wait: step.wait, beganMs, endMs };
}
