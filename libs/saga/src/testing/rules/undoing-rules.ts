import { samePurpose, spelledPurpose, type Purpose } from '../trial/purpose.js';
import { listed, type Reading } from './reading.js';
import type { Rule } from './rule.js';

/** Whether a saga that has turned back has to undo a step; `may`: it was due and perhaps not even sent. */
function hasToUndo(reading: Reading, name: string): 'must' | 'may' | 'must not' {
  const { turn } = reading;
  const step = reading.step(name);
  if (turn === undefined || step?.kind !== 'compensable') return 'must not';
  const purpose: Purpose = { kind: 'step', step: name };
  const { cause, index } = turn;
  if (reading.isDone(purpose, index)) return 'must';
  // What came to nothing together with it is as it is.
  const wasDue = cause.step === name || step.group === (reading.step(cause.step)?.group ?? cause.step);
  if (!wasDue) return 'must not';
  // Whoever turns back so does not know what was sent, or answered and not saved.
  const isUnasked = cause.type === 'deadline-exceeded' || cause.type === 'turned-back';
  if (!reading.isSent(purpose, index)) return isUnasked ? 'may' : 'must not';
  const last = reading.answersTo(purpose, index).at(-1);
  if (isUnasked || last?.kind !== 'refused') return 'must';
  return step.leavesEffect(last.failure) ? 'must' : 'must not';
}

const compensationsOf = ({ purposes }: Reading): readonly Purpose[] =>
  purposes.filter(({ kind }) => kind === 'compensation');

const undoesExactly: Rule = {
  id: 'undoes-exactly',
  promise: 'it undoes the done steps and the one whose outcome is unknown, those and no others',
  broken: (reading) => {
    const undone = compensationsOf(reading);
    for (const { name } of reading.steps) {
      const has = hasToUndo(reading, name);
      const was = undone.some(({ step }) => step === name);
      if (was && has === 'must not') return `${name} was undone, and there was nothing to undo`;
      if (!was && has === 'must' && reading.status === 'compensated') return `${name} was not undone`;
    }
    return undefined;
  },
};

const inReverse: Rule = {
  id: 'undoes-in-reverse',
  promise: 'the last step is undone first, and the next one when that is done',
  broken: (reading) => {
    const undone = compensationsOf(reading);
    const places = undone.map(({ step }) => reading.placeOf(step));
    if (places.some((place, at) => place > (places[at - 1] ?? place))) return `it undid ${listed(undone)}`;
    for (const [at, one] of undone.entries()) {
      const before = undone[at - 1];
      const first = reading.sent.find(({ purpose }) => samePurpose(purpose, one));
      if (before !== undefined && !reading.isDone(before, first?.index))
        return `${spelledPurpose(one)} was sent before ${spelledPurpose(before)} was done`;
    }
    return undefined;
  },
};

const nothingTwice: Rule = {
  id: 'no-effect-twice',
  promise: 'no command has its effect twice, however often it arrives',
  broken: ({ effects, history: { faults } }) => {
    for (const { purpose, index } of effects) {
      // Done twice by a receiver that had forgotten it.
      if (
        faults.some(
          ({ at, fault }) =>
            fault.kind === 'answer and inbox lost' && at.startsWith(`send ${spelledPurpose(purpose)} #`),
        )
      )
        continue;
      if (effects.some((other) => other.index < index && samePurpose(other.purpose, purpose)))
        return `${spelledPurpose(purpose)} had its effect twice`;
    }
    return undefined;
  },
};

const nothingLeft: Rule = {
  id: 'nothing-is-left',
  promise: 'what arrives after its compensation has no effect: of a saga that is compensated nothing is left',
  broken: (reading) => {
    if (reading.status !== 'compensated') return undefined;
    for (const { purpose, index } of reading.effects) {
      if (purpose.kind !== 'step' || reading.step(purpose.step)?.kind !== 'compensable') continue;
      const undo: Purpose = { kind: 'compensation', step: purpose.step };
      const undone = reading.effects.some((later) => later.index > index && samePurpose(later.purpose, undo));
      if (!undone && !reading.isSkipped(undo)) return `the effect of ${purpose.step} is left`;
    }
    return undefined;
  },
};

export const undoingRules: readonly Rule[] = [undoesExactly, inReverse, nothingTwice, nothingLeft];
