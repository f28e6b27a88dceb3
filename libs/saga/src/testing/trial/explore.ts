import { spelledFault, type Fault, type PlacedFault } from './fault.js';
import type { OpenTrialHost } from './host.js';
import { runHistory, type History } from './run-history.js';
import { shuffled } from './shuffled.js';
import type { Point, TrialSubject } from './trial-world.js';

/** How many histories there were, and how many of them were tried. */
export interface Explored {
  readonly single: number;
  readonly pairs: number;
  /** All pairs that there are; where that is more, those that were tried are drawn by the seed. */
  readonly ofPairs: number;
}

/** How far histories are explored. */
export interface Exploration {
  readonly maxHistories: number;
  readonly seed: number;
  /** Leaves out faults that a host can't be given. Default: none. */
  readonly can?: (fault: Fault) => boolean;
}

export interface ExploreOptions extends Exploration {
  readonly openHost: OpenTrialHost;
}

/** A history as whoever explores sees it: what went wrong, and where something could. */
export interface Explorable {
  readonly faults: readonly PlacedFault[];
  readonly points: readonly Point[];
}

/** As `exploreHistories`, of a saga. */
export const explore = (
  subject: TrialSubject,
  { openHost, ...exploration }: ExploreOptions,
  look: (history: History) => Promise<void>,
): Promise<Explored> => exploreHistories((faults) => runHistory(subject, faults, openHost), exploration, look);

/**
 * The history without a fault, every one with one fault, and those with two: the second at the point of the first or
 * after it, in the history that the first has made. All singles are tried, and as many pairs as the bound leaves room
 * for: first those of which the first fault was the first to lead another way, say back, so that all that fails there
 * is tried; then any.
 */
export async function exploreHistories<H extends Explorable>(
  runOne: (faults: readonly PlacedFault[]) => Promise<H>,
  { maxHistories, seed, can = () => true }: Exploration,
  look: (history: H) => Promise<void>,
): Promise<Explored> {
  const run = async (faults: readonly PlacedFault[]): Promise<H> => {
    const history = await runOne(faults);
    await look(history);
    return history;
  };
  const calm = await run([]);
  const faultsAfter = (history: H): readonly PlacedFault[] => nextFaults(history).filter(({ fault }) => can(fault));
  const singles = faultsAfter(calm);
  const ways = new Set([wayOf(calm)]);
  const [onNewWays, others]: [Pair[], Pair[]] = [[], []];
  for (const fault of singles) {
    const history = await run([fault]);
    const isNew = !ways.has(wayOf(history));
    ways.add(wayOf(history));
    (isNew ? onNewWays : others).push(...faultsAfter(history).map((second): Pair => [fault, second]));
  }
  const pairs = [...shuffled(onNewWays, seed), ...shuffled(others, seed)];
  const chosen = pairs.slice(0, Math.max(0, maxHistories - 1 - singles.length));
  for (const pair of chosen) await run(pair);
  return { single: singles.length, pairs: chosen.length, ofPairs: pairs.length };
}

type Pair = readonly [PlacedFault, PlacedFault];

/** Which commands a history sends, in order: a compensation can only fail where the saga turns back. */
const wayOf = ({ points }: Explorable): string => {
  const sends = points.map(({ at }) => at).filter((at) => at.startsWith('send '));
  return [...new Set(sends.map((at) => at.slice(0, at.lastIndexOf(' #'))))].join(', ');
};

/** The history with these faults, as a report has printed them. @throws {Error} that names one that there is not */
export async function replayedHistory<H extends Explorable>(
  runOne: (faults: readonly PlacedFault[]) => Promise<H>,
  spelled: readonly string[],
): Promise<H> {
  let history = await runOne([]);
  for (const wanted of spelled) {
    const found = nextFaults(history).find((placed) => spelledFault(placed) === wanted);
    if (found === undefined)
      throw new Error(`no history has "${wanted}" after [${history.faults.map(spelledFault).join('; ')}]`);
    history = await runOne([...history.faults, found]);
  }
  return history;
}

/** As `replayedHistory`, of a saga. */
export const replayed = (
  subject: TrialSubject,
  openHost: OpenTrialHost,
  spelled: readonly string[],
): Promise<History> => replayedHistory((faults) => runHistory(subject, faults, openHost), spelled);

/** What else can go wrong from where the last fault was. */
function nextFaults({ points, faults }: Explorable): readonly PlacedFault[] {
  const last = faults.at(-1);
  const from = last === undefined ? 0 : points.findIndex(({ at }) => at === last.at);
  return points
    .slice(Math.max(0, from))
    .flatMap(({ at, faults: possible }) => possible.map((fault) => ({ at, fault })))
    .filter(({ at, fault }) => last === undefined || at !== last.at || goWithOneAnother(last.fault, fault));
}

/**
 * At one point a deadline may pass beside whatever else happens; it is named second, so that no pair is tried twice.
 */
const goWithOneAnother = (first: Fault, second: Fault): boolean =>
  second.kind === 'deadline' && first.kind !== 'deadline';
