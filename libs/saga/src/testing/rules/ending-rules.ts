import { samePurpose, spelledPurpose } from '../trial/purpose.js';
import type { Reading } from './reading.js';
import type { Rule } from './rule.js';

const ends: Rule = {
  id: 'comes-to-an-end',
  promise: 'every saga ends: completed, compensated or taken over by a person',
  broken: ({ status, history: { end } }) => {
    if (status === 'completed' || status === 'compensated' || status === 'taken-over') return undefined;
    const { trouble = null } = end ?? {};
    const why = trouble === null ? '' : ` (${trouble.type}: ${trouble.detail})`;
    return `it is ${status ?? 'not begun'}${why}, and nobody goes on with it`;
  },
};

const completed: Rule = {
  id: 'completed-means-done',
  promise: 'a completed saga has done all the steps that it takes, in their order, and undone none',
  broken: (reading) => {
    const { status, steps, purposes } = reading;
    const taken = steps.filter((step) => !reading.isPassedOver(step));
    const forward = purposes.flatMap((purpose) => (purpose.kind === 'step' ? [purpose.step] : []));
    const places = forward.map((name) => reading.placeOf(name));
    const isUnready = (place: number): boolean =>
      taken.some(
        ({ name, wait }) =>
          wait === undefined &&
          reading.placeOf(name) < place &&
          !forward.includes(name) &&
          !reading.isSkipped({ kind: 'step', step: name }),
      );
    if (places.some((place, at) => place < (places[at - 1] ?? place) || isUnready(place)))
      return `its steps were sent in the order [${forward.join(', ')}]`;
    if (status !== 'completed') return undefined;
    const missing = taken.find(({ name, wait }) => wait === undefined && !reading.isDone({ kind: 'step', step: name }));
    if (missing !== undefined) return `it is completed without ${missing.name}`;
    const other = purposes.find(({ kind }) => kind !== 'step' && kind !== 'reminder');
    return other === undefined ? undefined : `it is completed and has sent ${spelledPurpose(other)}`;
  },
};

const failureIsTold: Rule = {
  id: 'failure-is-told',
  promise: 'a saga that has somebody to tell its failure does, when everything is undone and not before',
  broken: (reading) => {
    const told = { kind: 'failed' } as const;
    const isTold = reading.isDone(told);
    if (reading.status === 'compensated' && reading.history.plan.failed !== undefined && !isTold)
      return 'it is compensated, and nobody was told';
    const first = reading.sent.find(({ purpose }) => samePurpose(purpose, told));
    if (first === undefined) return undefined;
    const undone = reading.sent.findLast(({ purpose }) => purpose.kind === 'compensation');
    if (reading.turn === undefined || first.index < reading.turn.index) return 'it was told before it turned back';
    return undone !== undefined && undone.index > first.index
      ? `it was told before ${spelledPurpose(undone.purpose)}`
      : undefined;
  },
};

const needsAPerson: Rule = {
  id: 'needs-a-person-for-a-reason',
  promise: 'it waits for a person only after so many defects of what is due, or of an outage before the pivot',
  broken: (reading) => {
    for (const { index, row } of reading.saved) {
      if (row.status !== 'needs-attention') continue;
      const why = enough(reading, index);
      if (why !== undefined) return `it waits for a person (${row.trouble?.type ?? 'no trouble'}): ${why}`;
    }
    return undefined;
  },
};

function enough(reading: Reading, index: number): string | undefined {
  const { attempts, faults } = reading.history;
  const last = reading.sent.findLast((sent) => sent.index < index);
  const own = reading.all('own error').findLast((one) => one.index < index && one.index > (last?.index ?? 0));
  const lacksAnAnswer = reading.operated.some(
    (one) => one.index < index && one.act === 'skip' && one.purpose.kind === 'step',
  );
  if (own !== undefined && lacksAnAnswer) return undefined;
  if (own !== undefined) return `its own code fails: ${String(own.error)}`;
  if (last === undefined) return 'nothing was sent';
  const due = reading.dueWith(last.purpose);
  const name = due.map(spelledPurpose).join(', ');
  const answers = due.flatMap((purpose) => reading.answersTo(purpose, index));
  const isBroken = faults.some(
    ({ at, fault }) =>
      fault.kind === 'always' && due.some((purpose) => at.startsWith(`send ${spelledPurpose(purpose)} #`)),
  );
  if (!isBroken) return `every fault had passed, and ${name} was answered ${answers.at(-1)?.kind ?? 'nothing'}`;
  const defects = answers.filter((one) => one.kind === 'refused' || (one.kind === 'open' && !one.passing)).length;
  const isBounded = last.purpose.kind === 'step' && reading.step(last.purpose.step)?.kind === 'compensable';
  if (defects >= attempts.compensationAttempts || (isBounded && answers.length >= attempts.outageAttempts))
    return undefined;
  return `after ${answers.length} attempts, ${defects} of them defects`;
}

export const endingRules: readonly Rule[] = [ends, completed, failureIsTold, needsAPerson];
