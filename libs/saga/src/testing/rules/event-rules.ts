import type { AwaitedEvent } from '../../definition/planned-wait.js';
import type { Reading } from './reading.js';
import type { Rule } from './rule.js';
import { changesOf, waitingStep, type Change } from './waits.js';

const eventsCount: Rule = {
  id: 'event-counts-once',
  promise:
    'an event is taken by the step that waits for it and its key, as soon as it looks, whenever it came, and once',
  broken: (reading) => {
    for (const change of changesOf(reading)) {
      const why = wronglyTaken(reading, change) ?? overlooked(reading, change);
      if (why !== undefined) return why;
    }
    return undefined;
  },
};

function wronglyTaken(reading: Reading, { index, before, row }: Change): string | undefined {
  for (const id of row.heard.slice(before.heard.length)) {
    if (before.heard.includes(id)) return `${id} was taken twice`;
    if (!awaited(reading, index, before).some((event) => event.id === id))
      return `${before.step ?? 'nothing'} took ${id}, for which it did not wait`;
  }
  return undefined;
}

/** What came before the save was to be found by it. */
function overlooked(reading: Reading, { index, before, row, byPerson, rests }: Change): string | undefined {
  if (byPerson || waitingStep(reading, before)?.wait?.event === undefined) return undefined;
  const waitsOn = row.step === before.step && row.status === 'running';
  // What goes on at once, or has to try again, looks with its next save.
  if (row.heard.length > before.heard.length || (waitsOn && (!rests || row.attempts > before.attempts)))
    return undefined;
  const isInVain = row.cause === null ? row.status !== 'needs-attention' : row.cause.type === 'waited-in-vain';
  const [there] = isInVain ? awaited(reading, index, before).filter(({ id }) => !before.heard.includes(id)) : [];
  return there === undefined
    ? undefined
    : `${before.step ?? ''} ${waitsOn ? 'waited on' : 'waited in vain'}, and ${there.id} was there`;
}

/** The events that were there by then of which the step that is due could take one. */
function awaited(reading: Reading, index: number, { step, state }: Change['before']) {
  const event = reading.step(step ?? undefined)?.wait?.event;
  const key = event && keyOf(event, state);
  return reading
    .all('event')
    .filter((one) => one.index < index && one.contract === event?.contract?.name && one.key === key);
}

/** None where the state lacks what the key is made of: then it waits for nothing. */
function keyOf(event: AwaitedEvent, state: unknown): string | undefined {
  try {
    return event.key(state);
  } catch {
    return undefined;
  }
}

export const eventRules: readonly Rule[] = [eventsCount];
