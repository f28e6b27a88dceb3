import { samePurpose, spelledPurpose } from '../trial/purpose.js';
import { hasWayBack } from '../../definition/way-back.js';
import type { SagaRow } from '../../instance/progress.js';
import type { Act } from '../../operations/operated.js';
import type { Reading } from './reading.js';
import type { Rule } from './rule.js';
import { changesOf } from './waits.js';

const personDecides: Rule = {
  id: 'a-person-decides',
  promise: 'while it waits for a person nothing is sent, and then it does what that person says',
  broken: (reading) => {
    const { saved, sent, operated } = reading;
    for (const { index } of saved.filter(({ row }) => row.status === 'needs-attention')) {
      const act = operated.find((one) => one.index > index);
      const meanwhile = sent.find((one) => one.index > index && one.index < (act?.index ?? Infinity));
      if (meanwhile !== undefined) return `${spelledPurpose(meanwhile.purpose)} was sent while it waited for a person`;
    }
    for (const { index, act, purpose } of operated) {
      const next = sent.find((one) => one.index > index);
      const name = spelledPurpose(purpose);
      if (act === 'take over' && next !== undefined)
        return `${spelledPurpose(next.purpose)} was sent after it was taken over`;
      if (act === 'turn back' && sent.some((one) => one.purpose.kind === 'step' && isTakenUp(reading, one, index)))
        return `a step was sent after ${name} was turned back`;
      if (act === 'skip' && next !== undefined && samePurpose(next.purpose, purpose))
        return `${name} was sent after it was skipped`;
    }
    return undefined;
  },
};

/** By a host that has taken it up since: one that was at it before does not know. */
const isTakenUp = (reading: Reading, { host, index }: Reading['sent'][number], since: number): boolean =>
  reading.all('taken').some((taken) => taken.host === host && taken.index > since && taken.index < index);

const actsInTime: Rule = {
  id: 'acts-in-time',
  promise: 'a person is obeyed where the saga can do what is said, and refused everywhere else',
  broken: (reading) => {
    for (const { index, act, row } of reading.all('operated')) {
      const before = rowBefore(reading, index);
      if (before === undefined || !mayDo(reading, act, before, index))
        return `a person did: ${act}, when the saga was ${before?.status ?? 'not begun'}${dueOf(before)}`;
      if (act === 'skip' && row.status === 'running' && row.step === before.step)
        return `a person skipped ${before.step ?? 'nothing'}, and it is due as before`;
    }
    for (const { index, act, why, error } of reading.all('act refused')) {
      // Without the reply of what is skipped the saga may not be able to say what follows; a person can take it over.
      if (act === 'skip' && error !== undefined) continue;
      const before = rowBefore(reading, index);
      if (before !== undefined && mayDo(reading, act, before, index))
        return `a person could not do: ${act}, when the saga was ${before.status}${dueOf(before)}: ${why}`;
    }
    return undefined;
  },
};

const dueOf = (row: SagaRow | undefined): string => ((row?.step ?? null) === null ? '' : `, due ${row?.step}`);

function rowBefore(reading: Reading, index: number): SagaRow | undefined {
  return (
    changesOf(reading).findLast((change) => change.index < index)?.row ??
    reading.saved.find((begun) => begun.index < index)?.row
  );
}

function mayDo(reading: Reading, act: Act, { status, step: due, cause, wait }: SagaRow, index: number): boolean {
  const needsOne = status === 'needs-attention';
  const isFree = (status === 'running' || status === 'compensating') && !isMoved(reading, index);
  switch (act) {
    case 'retry':
      return needsOne || isFree;
    case 'skip':
      return needsOne || (isFree && wait !== null);
    case 'take over':
      return needsOne;
    case 'turn back': {
      const steps = reading.steps.filter(({ name, group }) => name === due || group === due);
      const isRunning = status === 'running' || (needsOne && cause === null);
      return isRunning && steps.length > 0 && steps.every((step) => hasWayBack(reading.steps, step));
    }
  }
}

/** Something is on its way that a host has sent. */
const isMoved = (reading: Reading, index: number): boolean => {
  const since = [...reading.saved, ...reading.all('operated')].filter((row) => row.index < index);
  const latest = Math.max(0, ...since.map((row) => row.index));
  return reading.sent.some(
    (sent) =>
      sent.index > latest &&
      sent.index < index &&
      !reading.answered.some((one) => one.sent.id === sent.id && one.index > sent.index && one.index < index),
  );
};

export const personRules: readonly Rule[] = [personDecides, actsInTime];
