import type { Reaction } from '../../choreography/reaction.js';
import type { EventHistory } from './event-history.js';
import type { CommandName, Happened } from './happening.js';

/** One thing that a choreography and what runs it owe in every history. */
export interface EventRule {
  /** Stable: reports name it. */
  readonly id: string;
  readonly promise: string;
  /** What breaks it, as a sentence; undefined when it is kept. */
  readonly broken: (history: EventHistory) => string | undefined;
}

type Of<W extends Happened['what']> = Extract<Happened, { what: W }>;
type OfHost = Exclude<Happened, { what: 'effect' }>;
const allOf = <W extends Happened['what']>(trace: readonly Happened[], what: W): readonly Of<W>[] =>
  trace.filter((one): one is Of<W> => one.what === what);

/** What each host did, from when it was given the event. */
function attemptsOf({ trace }: EventHistory): readonly (readonly OfHost[])[] {
  return allOf(trace, 'delivered').map(({ host }) =>
    trace.filter((one): one is OfHost => 'host' in one && one.host === host),
  );
}

/** What a host was to send, in order: an answer to a refusal comes right after what was refused. */
function expectedOf(attempt: readonly Happened[]): readonly CommandName[] {
  return allOf(attempt, 'made').reduce<readonly CommandName[]>((order, { after, commands }) => {
    const at = after === undefined ? order.length : order.indexOf(after) + 1;
    return order.toSpliced(at, 0, ...commands);
  }, []);
}

/** Each command that it sent, once, in order. */
const sentOf = (attempt: readonly Happened[]): readonly CommandName[] => [
  ...new Set(allOf(attempt, 'sent').map(({ command }) => command)),
];

const reactionOf = ({ choreography }: EventHistory, command: CommandName): Reaction | undefined =>
  choreography.reactions.find(({ name }) => command.startsWith(`${name}/`));

/** Whether a refusal of it leaves the event to a person. */
const parksIt = (history: EventHistory, command: CommandName): boolean =>
  command.includes(' refused/') || reactionOf(history, command)?.refused === 'parked';

const inOrder: EventRule = {
  id: 'in-order',
  promise:
    'the commands of an event are sent in the order of the reactions, each after the final answer to the one before',
  broken: (history) => {
    for (const attempt of attemptsOf(history)) {
      const asked = allOf(attempt, 'made').filter(({ after }) => after === undefined);
      const places = asked.map(({ reaction }) =>
        history.choreography.reactions.findIndex(({ name }) => name === reaction),
      );
      if (places.some((place, at) => place < (places[at - 1] ?? place)))
        return `the reactions were asked in the order [${asked.map(({ reaction }) => reaction).join(', ')}]`;
      const [expected, sent] = [expectedOf(attempt), sentOf(attempt)];
      if (sent.some((command, at) => expected[at] !== command))
        return `[${sent.join(', ')}] were sent, expected [${expected.slice(0, sent.length).join(', ')}]`;
      for (const [at, one] of attempt.entries()) {
        if (one.what !== 'sent') continue;
        const before = attempt.slice(0, at).findLast((other) => other.what === 'sent');
        const answer = attempt.slice(0, at).findLast((other) => other.what === 'answered');
        if (before === undefined) continue;
        if (answer?.sent.id !== before.id) return `${one.command} was sent before ${before.command} was answered`;
        if (answer.answer.kind === 'open')
          return `${one.command} was sent, and ${before.command} had no final answer (${answer.answer.type})`;
      }
    }
    return undefined;
  },
};

const oneId: EventRule = {
  id: 'one-id-until-refused',
  promise:
    'all attempts of a command have one id, which is no other command’s; only after a final refusal it has a new one',
  broken: ({ trace }) => {
    for (const [at, one] of trace.entries()) {
      if (one.what !== 'sent') continue;
      const before = allOf(trace.slice(0, at), 'sent');
      const foreign = before.find(({ id, command }) => id === one.id && command !== one.command);
      if (foreign !== undefined) return `${one.command} and ${foreign.command} share an id`;
      const other = before.find(
        ({ id, command, input }) => id === one.id && command === one.command && input !== one.input,
      );
      if (other !== undefined) return `${one.command} was sent with ${other.input} and with ${one.input} under one id`;
      // Who did not hear of a refusal asks under the id that was refused, and is refused once more.
      const ids = new Set(before.filter(({ command }) => command === one.command).map(({ id }) => id));
      const refused = allOf(trace.slice(0, at), 'answered').filter(({ answer }) => answer.kind === 'refused');
      const open = [...ids].filter((id) => !refused.some(({ sent }) => sent.id === id));
      if (!ids.has(one.id) && open.length > 0)
        return `${one.command} was asked again under another id, and nobody had refused it`;
    }
    return undefined;
  },
};

const nothingTwice: EventRule = {
  id: 'no-effect-twice',
  promise: 'no command of an event has its effect twice, however often the event comes',
  broken: ({ trace }) => {
    const effects = allOf(trace, 'effect').map(({ command }) => command);
    const twice = effects.find((command, at) => effects.indexOf(command) < at);
    return twice === undefined ? undefined : `${twice} had its effect twice`;
  },
};

const handledMeansDone: EventRule = {
  id: 'handled-means-done',
  promise:
    'an event is handled when every reaction to it was asked, and each of their commands is done, or refused as it may be',
  broken: (history) => {
    for (const attempt of attemptsOf(history)) {
      if (!attempt.some(({ what }) => what === 'handled')) continue;
      const made = allOf(attempt, 'made');
      const forgotten = history.choreography.reactions.find(
        ({ name, event }) => history.event instanceof event && !made.some(({ reaction }) => reaction === name),
      );
      if (forgotten !== undefined) return `it is handled without ${forgotten.name}`;
      for (const command of expectedOf(attempt)) {
        const last = allOf(attempt, 'answered').findLast(({ sent }) => sent.command === command)?.answer;
        if (last === undefined) return `it is handled without ${command}`;
        if (last.kind === 'open') return `it is handled, and ${command} had no final answer (${last.type})`;
        if (last.kind === 'done') continue;
        if (parksIt(history, command)) return `it is handled, and nobody knows that ${command} was refused`;
        const answers = reactionOf(history, command)?.refused !== 'ignored';
        if (answers && !made.some(({ after }) => after === command))
          return `it is handled, and the refusal of ${command} was not answered`;
      }
    }
    return undefined;
  },
};

const parksForAReason: EventRule = {
  id: 'parks-for-a-reason',
  promise:
    'an event is parked by a refusal that nobody answers, at once, or after so many defects; an outage is waited out',
  broken: (history) => {
    let defects = 0;
    for (const attempt of attemptsOf(history)) {
      const delivered = allOf(attempt, 'delivered')[0];
      if (delivered?.replay === true) defects = 0;
      const last = attempt.findLast((one) => one.what === 'answered');
      const end = attempt.find((one) => one.what === 'parked' || one.what === 'failed');
      const isRefused = last?.answer.kind === 'refused' && parksIt(history, last.sent.command);
      if (end === undefined) continue;
      if (last === undefined || last.answer.kind === 'done')
        return isCount(history) ? undefined : `its own code fails: ${spelledEnd(end)}`;
      if (end.what === 'failed') {
        if (isRefused && !isCount(history)) return `${last.sent.command} was refused for good, and it is asked again`;
        if (last.answer.kind === 'open' && !last.answer.passing) defects += 1;
        continue;
      }
      if (end.final && !isRefused)
        return `it is parked at once, and ${last.sent.command} was answered ${last.answer.kind}`;
      if (!end.final && !isCount(history) && defects + 1 < history.choreography.retry.attempts)
        return `it is parked after ${defects + 1} defects`;
    }
    return undefined;
  },
};

/** The database was away as a refusal was to be counted, which is a defect like any other. */
const isCount = ({ faults }: EventHistory): boolean => faults.some(({ at }) => at.startsWith('count #'));
const spelledEnd = (end: Of<'parked'> | Of<'failed'>): string => (end.what === 'parked' ? end.type : String(end.error));

const replayAsksAnew: EventRule = {
  id: 'replay-asks-anew',
  promise: 'what was refused for good and parked its event is asked under a new id when a person replays that',
  broken: (history) => {
    for (const [at, one] of history.trace.entries()) {
      if (one.what !== 'delivered' || !one.replay) continue;
      const before = history.trace.slice(0, at);
      const refusal = before.findLast((other) => other.what === 'answered');
      const parked = before.findLast((other) => other.what === 'parked');
      if (refusal === undefined || refusal.answer.kind !== 'refused' || parked?.final !== true) continue;
      const { id, command } = refusal.sent;
      // Up to an attempt that gets as far as a final answer.
      const decided = attemptsOf(history)
        .filter((attempt) => attempt.some((other) => other.host >= one.host))
        .find((attempt) => attempt.some((end) => end.what === 'handled' || (end.what === 'parked' && end.final)));
      const asked = allOf(decided ?? [], 'sent').filter((sent) => sent.command === command);
      if (asked.length > 0 && asked.every((sent) => allOf(before, 'sent').some((former) => former.id === sent.id)))
        return `${command} was asked again under the id that was refused (${id.slice(0, 8)})`;
    }
    return undefined;
  },
};

const ends: EventRule = {
  id: 'comes-to-an-end',
  promise: 'every event is handled, or parked for a reason that lasts',
  broken: ({ end }) => (end === undefined ? 'it is neither handled nor parked' : undefined),
};

/** All that is looked at in every history of an event. */
export const eventHistoryRules: readonly EventRule[] = [
  inOrder,
  oneId,
  nothingTwice,
  handledMeansDone,
  parksForAReason,
  replayAsksAnew,
  ends,
];
