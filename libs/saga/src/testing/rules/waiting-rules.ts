import { samePurpose, spelledPurpose } from '../trial/purpose.js';
import type { Reading } from './reading.js';
import type { Rule } from './rule.js';
import { begunWait, changesOf, waitingStep, type Change } from './waits.js';

const waitsItsTime: Rule = {
  id: 'waits-its-time',
  promise: 'what waits for a time goes on when that has come: never before, and then it begins no other wait',
  broken: (reading) => {
    for (const change of changesOf(reading)) {
      const step = change.byPerson ? undefined : waitingStep(reading, change.before);
      const why = step && untimely(reading, step.name, change);
      if (why !== undefined) return why;
    }
    return undefined;
  },
};

function untimely(reading: Reading, name: string, { index, before, row, rests }: Change): string | undefined {
  const now = reading.timeAt(index);
  const begun = begunWait(reading, index);
  const isOver = begun?.step.name === name && begun.endMs <= now;
  if (row.step === name && row.status === 'running') {
    // What has to be tried again was no end of it.
    const waitsOn = rests && before.wait !== null && row.wait !== null && row.attempts <= before.attempts;
    return waitsOn && isOver ? `${name} was over ${now - begun.endMs} ms ago, and it waits on` : undefined;
  }
  // Something else has ended it: an event that came, the deadline, a defect for a person.
  const endedByTime = row.cause === null ? row.heard.length === before.heard.length : row.cause.type === IN_VAIN;
  if (!endedByTime || row.status === 'needs-attention') return undefined;
  if (isOver && row.cause === null && reading.step(name)?.wait?.event?.otherwise === 'turn-back')
    return `it went on from ${name} in vain, where it was to turn back`;
  if (isOver) return undefined;
  return before.wait === null
    ? `it went on from ${name} without waiting`
    : `it went on from ${name} ${(begun?.endMs ?? 0) - now} ms too early`;
}

const IN_VAIN = 'waited-in-vain';

const remindsAsSaid: Rule = {
  id: 'reminds-as-said',
  promise: 'while it waits it reminds as often as it is told at most, never sooner, and of each once',
  broken: (reading) => {
    for (const sent of reading.sent) {
      const { purpose, index } = sent;
      if (purpose.kind !== 'reminder') continue;
      const why = unasked(reading, purpose.nth, sent);
      if (why !== undefined) return `${spelledPurpose(purpose)} was sent ${why}`;
      const again = reading.saved.find(
        (save) =>
          save.index < index &&
          reading
            .answersFor(save.index, save.host)
            .some(
              ({ sent: of, answer }) => samePurpose(of.purpose, purpose) && !('passing' in answer && answer.passing),
            ),
      );
      if (again !== undefined) return `${spelledPurpose(purpose)} was sent again, and what became of it was saved`;
    }
    return undefined;
  },
};

/** Why a reminder is out of place. */
function unasked(reading: Reading, nth: number, { index, purpose }: Reading['sent'][number]): string | undefined {
  const begun = begunWait(reading, index);
  const remind = begun?.wait.event?.remind;
  const now = reading.timeAt(index);
  const latest = reading.saved.findLast((save) => save.index < index)?.row;
  if (begun === undefined || remind === undefined || latest?.step !== begun.step.name || latest.wait === null)
    return 'while it did not wait';
  if (now >= begun.endMs) return 'when its time was over';
  if (nth > remind.times) return `and ${remind.times} were all`;
  const before = reading.sent.find(
    (one) => one.purpose.kind === 'reminder' && one.purpose.step === purpose.step && one.purpose.nth === nth - 1,
  );
  const sinceMs = now - (before === undefined ? begun.beganMs : reading.timeAt(before.index));
  return sinceMs < remind.everyMs && !reading.isSent(purpose, index)
    ? `${remind.everyMs - sinceMs} ms too soon`
    : undefined;
}

export const waitingRules: readonly Rule[] = [waitsItsTime, remindsAsSaid];
