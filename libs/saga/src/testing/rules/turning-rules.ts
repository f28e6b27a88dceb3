import type { SagaCause } from '../../definition/saga.js';
import { spelledPurpose } from '../trial/purpose.js';
import type { Answer } from '../trial/trace.js';
import type { Reading } from './reading.js';
import type { Rule } from './rule.js';

const DEADLINE = 'deadline-exceeded';
const BY_PERSON = 'turned-back';

const turnsBack: Rule = {
  id: 'refusal-turns-back',
  promise: 'a step up to the pivot that is refused for good turns the saga back, at once',
  broken: (reading) => {
    for (const { index, host, row } of reading.saved) {
      if (row.cause !== null) continue;
      for (const { sent, answer } of reading.answersFor(index, host)) {
        if (answer.kind !== 'refused' || sent.purpose.kind !== 'step') continue;
        if (reading.step(sent.purpose.step)?.kind !== 'retriable')
          return `${sent.purpose.step} was refused (${answer.type}), and the saga went on`;
      }
    }
    return undefined;
  },
};

const turnsForAReason: Rule = {
  id: 'turns-back-for-a-reason',
  promise:
    'a saga turns back only when a step up to the pivot was refused for good, had no luck in all its attempts, or was late, or a person says so',
  broken: (reading) => {
    const { turn } = reading;
    if (turn === undefined) return undefined;
    const why = unlawful(reading, turn.cause, turn.index);
    return why === undefined ? undefined : `it turned back at ${turn.cause.step} (${turn.cause.type}): ${why}`;
  },
};

function unlawful(reading: Reading, { step: name, type }: SagaCause, index: number): string | undefined {
  // A deadline passes for a group as a whole.
  const step = reading.step(name) ?? reading.steps.find(({ group }) => group === name);
  if (step === undefined) return 'it has no such step';
  if (type === BY_PERSON)
    return reading.operated.some((one) => one.index === index && one.act === 'turn back')
      ? undefined
      : 'nobody had turned it back';
  if (step.kind === 'retriable') return 'a retriable step is asked until it succeeds';
  if (type === DEADLINE) {
    if (reading.all('deadline').every((passed) => passed.index > index)) return 'its deadline had not passed';
    return step.kind === 'compensable' || step.wait !== undefined ? undefined : 'at its pivot it goes on, late or not';
  }
  if (step.wait !== undefined)
    return type === 'waited-in-vain' && step.wait.event?.otherwise === 'turn-back'
      ? undefined
      : 'what waits turns back only where it is said so, when its event has not come';
  const answers = reading.answersTo({ kind: 'step', step: name }, index);
  const last = answers.at(-1);
  if (last === undefined) return 'nobody had answered';
  if (last.kind === 'refused') return undefined;
  if (last.kind === 'done') return 'it was done';
  if (!last.declared) return 'what is no answer of the business decides nothing';
  if (step.kind === 'pivot') return 'a pivot that has not answered may have decided either way';
  return answers.filter(({ kind }) => kind === 'open').length >= step.retry.attempts
    ? undefined
    : `it was to be asked ${step.retry.attempts} times`;
}

const causeIsKept: Rule = {
  id: 'cause-is-kept',
  promise: 'why it turned back is saved as it was, stays, and is what is told',
  broken: (reading) => {
    const { turn, saved, status } = reading;
    if (turn === undefined)
      return status === 'compensated' || status === 'compensating' ? 'it turned back without a cause' : undefined;
    const { cause, index } = turn;
    const isWait = reading.step(cause.step)?.wait !== undefined;
    const truth =
      isWait || cause.type === DEADLINE || cause.type === BY_PERSON
        ? cause.type
        : typeOf(reading.answersTo({ kind: 'step', step: cause.step }, index));
    if (truth !== cause.type)
      return `it turned back for ${cause.type}, ${cause.step} was answered ${truth ?? 'nothing'}`;
    const later = [
      ...saved.filter((one) => one.index > index).map(({ row }) => row.cause),
      ...reading.all('told').map((told) => told.cause),
    ];
    const other = later.find(
      (one) => one?.step !== cause.step || one.type !== cause.type || one.detail !== cause.detail,
    );
    return other === undefined
      ? undefined
      : `it turned back at ${cause.step} (${cause.type}), and it became ${other === null ? 'nothing' : `${other.step} (${other.type})`}`;
  },
};

function typeOf(answers: readonly Answer[]): string | undefined {
  const last = answers.at(-1);
  return last === undefined || last.kind === 'done' ? undefined : last.type;
}

const deadlineHolds: Rule = {
  id: 'deadline-holds',
  promise: 'once it is past its deadline it sends no step that it could still undo',
  broken: (reading) => {
    const passed = reading.all('deadline')[0];
    if (passed === undefined) return undefined;
    const known = [...reading.saved, ...reading.all('taken')]
      .map(({ index }) => index)
      .filter((at) => at > passed.index);
    const first = Math.min(...known);
    const late = reading.sent.find(
      ({ index, purpose }) =>
        index > first && purpose.kind === 'step' && reading.step(purpose.step)?.kind === 'compensable',
    );
    return late === undefined ? undefined : `${spelledPurpose(late.purpose)} was sent after the deadline`;
  },
};

export const turningRules: readonly Rule[] = [turnsBack, turnsForAReason, causeIsKept, deadlineHolds];
