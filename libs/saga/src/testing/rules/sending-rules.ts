import { samePurpose, spelledPurpose } from '../trial/purpose.js';
import type { Rule } from './rule.js';

const committedFirst: Rule = {
  id: 'committed-first',
  promise: 'nothing is sent before the saga is committed',
  broken: ({ sent: [first], saved: [begun] }) =>
    first !== undefined && (begun === undefined || first.index < begun.index)
      ? `${spelledPurpose(first.purpose)} was sent before the saga was saved`
      : undefined,
};

const savedBetween: Rule = {
  id: 'saved-between-commands',
  promise: 'what became of a command is saved before the next is sent',
  broken: (reading) => {
    for (const { index, host, purpose } of reading.sent) {
      const before = reading.answered.findLast((answered) => answered.host === host && answered.index < index);
      if (before === undefined) continue;
      const { purpose: last } = before.sent;
      if (!samePurpose(last, purpose) && reading.areDueTogether(last, purpose)) continue;
      const settled = reading.history.trace
        .slice(before.index, index)
        .some((one) => (one.what === 'saved' || one.what === 'taken') && one.host === host);
      if (!settled)
        return `${spelledPurpose(purpose)} was sent before what became of ${spelledPurpose(last)} was saved`;
    }
    return undefined;
  },
};

const oneId: Rule = {
  id: 'one-id-until-refused',
  promise:
    'all attempts of a command have one id, which is no other command’s; only after a final refusal it has a new one',
  broken: ({ sent, answered }) => {
    for (const { index, purpose, id } of sent) {
      const foreign = sent.find((other) => other.id === id && !samePurpose(other.purpose, purpose));
      if (foreign !== undefined) return `${spelledPurpose(purpose)} and ${spelledPurpose(foreign.purpose)} share an id`;
      const before = sent.findLast((other) => other.index < index && samePurpose(other.purpose, purpose));
      if (before === undefined || before.id === id) continue;
      const refused = answered.some(
        ({ sent: asked, answer, index: at }) => at < index && asked.id === before.id && answer.kind === 'refused',
      );
      if (!refused) return `${spelledPurpose(purpose)} was asked again under another id, and nobody had refused it`;
    }
    return undefined;
  },
};

const newIdAfterRefusal: Rule = {
  id: 'new-id-after-refusal',
  promise: 'what was refused for good is asked again under a new id only: the old one will never be answered otherwise',
  broken: (reading) => {
    for (const { index, host } of reading.saved) {
      const answers = reading.answersFor(index, host);
      // The ids of a group change together, when each step of it that is left was refused.
      if (answers.some(({ answer }) => answer.kind === 'open')) continue;
      for (const { sent, answer } of answers) {
        const again = reading.sent.find((one) => one.index > index && one.id === sent.id);
        if (answer.kind === 'refused' && again !== undefined)
          return `${spelledPurpose(sent.purpose)} was asked again under the id that was refused`;
      }
    }
    return undefined;
  },
};

const sameInput: Rule = {
  id: 'same-input-each-time',
  promise: 'all attempts under one id carry the same input',
  broken: ({ sent }) => {
    for (const { id, purpose, input } of sent) {
      const other = sent.find((one) => one.id === id && samePurpose(one.purpose, purpose) && one.input !== input);
      if (other !== undefined) return `${spelledPurpose(purpose)} was sent with ${input} and with ${other.input}`;
    }
    return undefined;
  },
};

const newMeansNew: Rule = {
  id: 'new-means-new',
  promise: 'a command is sent as new only when nobody has sent it before',
  broken: ({ sent }) => {
    const lie = sent.find(({ isNew, id, index }) => isNew && sent.some((one) => one.id === id && one.index < index));
    return lie === undefined ? undefined : `${spelledPurpose(lie.purpose)} was sent as new for the second time`;
  },
};

const revokes: Rule = {
  id: 'compensation-revokes',
  promise: 'a compensation carries the id of the command that it undoes, and nothing else carries one',
  broken: ({ sent }) => {
    for (const { purpose, revokes } of sent) {
      const name = spelledPurpose(purpose);
      if (purpose.kind !== 'compensation') {
        if (revokes !== undefined) return `${name} revokes something`;
        continue;
      }
      if (revokes === undefined) return `${name} does not say what it undoes`;
      const original = sent.findLast((one) => one.purpose.kind === 'step' && one.purpose.step === purpose.step);
      if (original !== undefined && original.id !== revokes)
        return `${name} revokes another command than ${purpose.step}`;
    }
    return undefined;
  },
};

const lostClaim: Rule = {
  id: 'lost-claim-is-silence',
  promise: 'a host whose save was refused sends nothing more until it has taken the saga up again',
  broken: ({ history: { trace } }) => {
    const lost = new Set<number>();
    for (const one of trace) {
      if (one.what === 'save refused') lost.add(one.host);
      if (one.what === 'taken') lost.delete(one.host);
      if (one.what === 'sent' && lost.has(one.host))
        return `host ${one.host} sent ${spelledPurpose(one.purpose)} after its save was refused`;
    }
    return undefined;
  },
};

const whenIsKept: Rule = {
  id: 'when-is-kept',
  promise: 'a step whose when says no is not taken',
  broken: (reading) => {
    for (const { row } of reading.saved) {
      const due = row.status === 'running' ? reading.step(row.step ?? '') : undefined;
      if (due?.when?.(row.state) === false) return `${due.name} is due, and its when says no`;
    }
    return undefined;
  },
};

const staleWritesNothing: Rule = {
  id: 'stale-writes-nothing',
  promise: 'a host writes nothing of a saga that another has taken up since, or a person has changed',
  broken: ({ history: { trace } }) => {
    let holder: number | 'a person' | undefined;
    for (const one of trace) {
      if (one.what === 'taken') holder = one.host;
      // Of whoever was at it before.
      if (one.what === 'operated') holder = 'a person';
      if (one.what !== 'saved') continue;
      if (holder !== undefined && holder !== one.host)
        return `host ${one.host} saved the saga, and ${holder === 'a person' ? holder : `host ${holder}`} was at it since`;
      holder = one.host;
    }
    return undefined;
  },
};

export const sendingRules: readonly Rule[] = [
  committedFirst,
  savedBetween,
  oneId,
  newIdAfterRefusal,
  sameInput,
  newMeansNew,
  revokes,
  lostClaim,
  whenIsKept,
  staleWritesNothing,
];
