import { parseName } from '@isolith/contracts';
import { react } from '../../choreography/react.js';
import type { Choreography } from '../../choreography/choreography.js';
import { choreographyViolations } from '../../choreography/verify-choreographies.js';
import type { SagaViolation } from '../saga-violation.js';
import { exploreHistories, replayedHistory, type Explored } from '../trial/explore.js';
import { spelledFault, type PlacedFault } from '../trial/fault.js';
import type { Receivers } from '../trial/receivers.js';
import type { EventHistory, EventSubject, React } from './event-history.js';
import { eventHistoryRules, type EventRule } from './event-rules.js';
import { spelledHappened } from './happening.js';
import { runEvent } from './run-event.js';

/** What the rules of one history can't see. */
export const OTHER_RULES = [
  {
    id: 'same-history-again',
    promise: 'the same faults make the same history: a reaction reads no clock and draws nothing',
  },
  { id: 'events-apart', promise: 'the commands of two events share no id' },
] as const;

/** A choreography's surroundings, and how long it is tried. */
export interface ChoreographyTrial {
  /** Each is tried by itself: one for each way in which a reaction may answer. */
  readonly events: readonly object[];
  /** How those answer whom it asks, as of a saga's trial; called anew for each history. */
  readonly receivers?: (receivers: Receivers) => void;
  /** The most histories that are tried of one event; all that have one fault are, however many. Default 500. */
  readonly maxHistories?: number;
  /** A whole number that draws the histories with two faults where the bound leaves no room for all. Default 1. */
  readonly seed?: number;
  /** Tries one history of one event only: that with these faults, as a report has printed them. */
  readonly replay?: readonly string[];
  /** In place of the way in which hosts deal with an event. */
  readonly react?: React;
}

/** What was tried and what is wrong. A choreography is sound when nothing is. */
export interface ChoreographyReport {
  readonly histories: number;
  /** For each rule that was broken the first history that breaks it; those with one fault come first. */
  readonly violations: readonly SagaViolation[];
  /** A sentence that says how many histories there were, and how many there could be at most. */
  readonly summary: string;
}

/**
 * Gives a choreography events, fails each of its commands in every way and looks whether the rules are kept, whatever
 * happens.
 * @throws {AssertionError} when it sends a command that nothing is said about, or when what answers one fails by itself
 * @throws {Error} that names what is wrong with how it is declared or tried, or a fault that can't be replayed
 */
export async function checkChoreography(
  choreography: Choreography,
  trial: ChoreographyTrial,
): Promise<ChoreographyReport> {
  const { events, maxHistories = 500, seed = 1, replay } = trial;
  const problems = [
    ...choreographyViolations(parseName(choreography.name).context, [choreography], NOTHING_KNOWN),
    ...(events.length === 0 ? ['events: at least one is needed'] : []),
    ...(replay !== undefined && events.length > 1 ? ['replay: which event? give that one alone'] : []),
  ];
  if (problems.length > 0) throw new Error(problems.join('; '));
  const violations = new Map<string, SagaViolation>();
  const found = (history: EventHistory, rule: Pick<EventRule, 'id' | 'promise'>, problem: string | undefined): void => {
    if (problem !== undefined && !violations.has(rule.id)) violations.set(rule.id, violationOf(history, rule, problem));
  };
  const explored: Explored[] = [];
  for (const event of events) {
    const subject = subjectOf(choreography, trial, event, 'event 1');
    const run = (faults: readonly PlacedFault[]): Promise<EventHistory> => runEvent(subject, faults);
    const look = async (history: EventHistory): Promise<void> => {
      for (const rule of eventHistoryRules) found(history, rule, rule.broken(history));
      if (history.faults.length < 2) found(history, OTHER_RULES[0], difference(history, await run(history.faults)));
    };
    if (replay === undefined) explored.push(await exploreHistories(run, { maxHistories, seed }, look));
    else await look(await replayedHistory(run, replay));
    const calm = await run([]);
    found(calm, OTHER_RULES[1], shared(calm, await runEvent(subjectOf(choreography, trial, event, 'event 2'), [])));
  }
  const single = explored.reduce((sum, one) => sum + one.single, 0);
  const pairs = explored.reduce((sum, one) => sum + one.pairs, 0);
  const histories = events.length + single + pairs;
  const bound = `at most ${maxHistories} of an event, and all with one fault`;
  const ofPairs = explored.reduce((sum, one) => sum + one.ofPairs, 0);
  const drawn = pairs < ofPairs ? ` of ${ofPairs} (seed ${seed})` : '';
  return {
    histories,
    violations: [...violations.values()],
    summary: `${choreography.name}: ${histories} histories of ${events.length} events (${bound}), ${single} with one fault, ${pairs}${drawn} with two`,
  };
}

const NOTHING_KNOWN = { hasCommand: () => undefined, hasEvent: () => undefined };

const subjectOf = (
  choreography: Choreography,
  { receivers = () => undefined, react: by = react }: ChoreographyTrial,
  event: object,
  eventId: string,
): EventSubject => ({ choreography, event, eventId, receivers, react: by });

const violationOf = (
  { faults, trace }: EventHistory,
  { id, promise }: Pick<EventRule, 'id' | 'promise'>,
  problem: string,
): SagaViolation => ({ rule: id, promise, problem, faults: faults.map(spelledFault), trace: spelledHappened(trace) });

/** Of an error what it says, because its stack may differ. */
const told = (history: EventHistory): readonly string[] =>
  history.trace.map((one) => JSON.stringify('error' in one ? { ...one, error: String(one.error) } : one));

function difference(history: EventHistory, again: EventHistory): string | undefined {
  const [one, other] = [told(history), told(again)];
  const at = one.findIndex((line, index) => line !== other[index]);
  if (at < 0 && one.length === other.length) return undefined;
  return `once ${one[at] ?? 'nothing more'}, then ${other[at] ?? 'nothing more'}`;
}

function shared(one: EventHistory, other: EventHistory): string | undefined {
  const ids = new Set(one.trace.flatMap((each) => (each.what === 'sent' ? [each.id] : [])));
  const twice = other.trace.find((each) => each.what === 'sent' && ids.has(each.id));
  return twice?.what === 'sent' ? `${twice.command} of two events share an id` : undefined;
}
