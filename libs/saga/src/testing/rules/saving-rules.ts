import { isDeepStrictEqual } from 'node:util';
import type { Rule } from './rule.js';

const stateIsJson: Rule = {
  id: 'state-is-json',
  promise: 'the state fits its schema, and is the same when it is read back',
  broken: ({ saved, history: { plan } }) => {
    for (const { row, given } of saved) {
      if (given !== undefined && !isDeepStrictEqual(given, row.state))
        return `what was saved as ${JSON.stringify(row.state)} was something else`;
      try {
        plan.checkState(row.state);
      } catch (error) {
        return `a state was saved that does not fit: ${String(error)}`;
      }
    }
    return undefined;
  },
};

const stateOfAnswers: Rule = {
  id: 'state-is-of-answers',
  promise: 'the state changes by what a done step has added to it, and by nothing else',
  broken: (reading) => {
    const [taken, extended] = [reading.all('taken'), reading.all('extended')];
    for (const [at, { index, host, row }] of reading.saved.entries()) {
      const before = reading.saved[at - 1];
      if (before === undefined) continue;
      // What came of an attempt before it took the saga up again is lost.
      const again = taken.findLast((one) => one.host === host && one.index < index)?.index ?? 0;
      const since = Math.max(before.index, again);
      const added = extended.findLast((one) => one.host === host && one.index > since && one.index < index);
      const expected = added === undefined ? before.row.state : added.state;
      if (!isDeepStrictEqual(row.state, expected))
        return `${JSON.stringify(row.state)} was saved, expected ${JSON.stringify(expected)}`;
    }
    return undefined;
  },
};

const pausesBetween: Rule = {
  id: 'pauses-between-attempts',
  promise: 'what has to be asked again is asked after a pause, which gives the slot to somebody else',
  broken: ({ saved }) => {
    for (const [at, { row, pauseMs }] of saved.entries()) {
      const before = saved[at - 1]?.row;
      const isAgain = before !== undefined && row.attempts > before.attempts && row.status === before.status;
      if (isAgain && !(pauseMs > 0))
        return `attempt ${row.attempts + 1} of ${row.step ?? row.done.at(-1) ?? 'telling'} followed at once`;
    }
    return undefined;
  },
};

export const savingRules: readonly Rule[] = [stateIsJson, stateOfAnswers, pausesBetween];
