import type { Saga } from '../definition/saga.js';
import { breaches } from './breaches.js';
import { differsWhenRunAgain, SAME_AGAIN } from './same-again.js';
import type { AtEnd } from './saga-ending.js';
import type { SagaViolation } from './saga-violation.js';
import { explore, replayed, type Explored } from './trial/explore.js';
import type { OpenTrialHost } from './trial/host.js';
import type { Receivers } from './trial/receivers.js';
import type { History } from './trial/run-history.js';
import { soundHost } from './trial/sound-host.js';
import { subjectOf } from './trial/subject-of.js';

/** A saga's surroundings, and how long it is tried. */
export interface SagaTrial<S> {
  /** The state that it begins with. */
  readonly begin: S;
  /** When it begins, for steps that wait until a moment. Default: now. */
  readonly now?: Date;
  /**
   * What its steps wait for: for each such step an event of the key that it waits for. Of several of one contract the
   * first is for the first step.
   */
  readonly events?: readonly object[];
  /**
   * How those answer whom it asks. Called anew for each history, so that what a handler remembers it remembers in that
   * one alone. Absent: every command is done, and none has an output.
   */
  readonly receivers?: (receivers: Receivers) => void;
  /** What else has to hold wherever the saga has ended; called after the history, before the next `receivers`. */
  readonly atEnd?: AtEnd<S>;
  /** The most histories that are tried; all that have one fault are, however many. Default 2,000. */
  readonly maxHistories?: number;
  /** A whole number that draws the histories with two faults where the bound leaves no room for all. Default 1. */
  readonly seed?: number;
  /** Tries one history only: that with these faults, as a report has printed them. */
  readonly replay?: readonly string[];
  /** In place of the engine's own way from save to save. */
  readonly openHost?: OpenTrialHost;
}

/** What was tried and what is wrong. A saga is sound when nothing is. */
export interface SagaReport extends Explored {
  /** All that were tried, with the one that has no fault. */
  readonly histories: number;
  /** For each rule that was broken the first history that breaks it; those with one fault come first. */
  readonly violations: readonly SagaViolation[];
  /** A sentence that says how many histories there were, and how many there could be at most. */
  readonly summary: string;
}

/**
 * Fails a saga in every way at every point and looks whether the rules of sagas are kept, whatever happens.
 * @throws {AssertionError} when it sends a command that nothing is said about, when what answers one fails by itself,
 *   or when the event that is given for a step is of another key than that which it waits for
 * @throws {ContractViolationError} when it can't begin with that state
 * @throws {Error} that names what is wrong with how the saga is declared, a step whose event is not given, or a fault
 *   that can't be replayed
 */
export async function checkSaga<S>(definition: Saga<S>, trial: SagaTrial<S>): Promise<SagaReport> {
  const { openHost = soundHost, maxHistories = 2_000, seed = 1, replay, atEnd } = trial;
  const subject = subjectOf(definition, trial);
  const violations = new Map<string, SagaViolation>();
  const look = async (history: History): Promise<void> => {
    const broken = await breaches(history, atEnd);
    for (const one of broken) if (!violations.has(one.rule)) violations.set(one.rule, one);
    // Twice the work: what can be seen of it is seen where one thing goes wrong.
    if (history.faults.length > 1 || violations.has(SAME_AGAIN.id)) return;
    const different = await differsWhenRunAgain(history, subject, openHost);
    if (different !== undefined) violations.set(different.rule, different);
  };
  const explored =
    replay === undefined
      ? await explore(subject, { openHost, maxHistories, seed }, look)
      : await look(await replayed(subject, openHost, replay)).then(() => ({ single: 0, pairs: 0, ofPairs: 0 }));
  const { single, pairs, ofPairs } = explored;
  const histories = 1 + single + pairs;
  const drawn = pairs < ofPairs ? ` of ${ofPairs} (seed ${seed})` : '';
  const bound = `at most ${maxHistories}, and all with one fault`;
  const summary = `${definition.plan.name}: ${histories} histories (${bound}), ${single} with one fault, ${pairs}${drawn} with two`;
  return { ...explored, histories, violations: [...violations.values()], summary };
}
