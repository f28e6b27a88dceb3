import { eventually } from '../../support/eventually.js';
import type { Finding } from '../checks/finding.js';
import type { Neighbour, Neighbours } from '../ground/neighbours.js';
import type { Fault } from './fault.js';

/** From its start on: within this time a host that can't do its work says so. */
const TOLD_WITHIN_MS = 15_000;
const LONGEST_REASON = 300;

/** How a host that stands where it should not was met. */
export type Met =
  | { readonly was: 'refused'; readonly reason: string }
  /** It came up and said of itself that it is not ready. */
  | { readonly was: 'not ready'; readonly reason: string }
  | { readonly was: 'taken for one of the others' };

export interface Beside {
  readonly contexts: readonly string[];
  readonly environment: () => Readonly<Record<string, string>>;
  readonly findings: (met: Met) => readonly Omit<Finding, 'check'>[];
}

/** A host that stands beside the shop from the hit until it is healed. */
export function besideOf(neighbours: Neighbours, { contexts, environment, findings }: Beside): Fault {
  let neighbour: Neighbour | undefined;
  let meeting: Promise<Met> | undefined;
  let met: Met | undefined;
  return {
    hit: async (moreOrders) => {
      neighbour = await neighbours.start(contexts, environment());
      moreOrders();
      meeting = meet(neighbour);
      // heal() tells of a failure.
      meeting.catch(() => undefined);
    },
    heal: async () => {
      met = await meeting;
      if (neighbour !== undefined) await neighbours.end(neighbour);
    },
    effect: () => (met === undefined ? {} : { [met.was]: 1 }),
    findings: () => (met === undefined ? [] : findings(met)),
  };
}

/** A host that came up is asked until it says that it is not ready, or long enough. */
async function meet(neighbour: Neighbour): Promise<Met> {
  if (neighbour.came === 'refused') return { was: 'refused', reason: neighbour.output.slice(-LONGEST_REASON) };
  const { host } = neighbour;
  const answer = await eventually(
    'the host that stands beside the shop says that it is not ready',
    async () => {
      const response = await fetch(`${host.url}/health/ready`);
      return { status: response.status, text: await response.text() };
    },
    ({ status }) => status === 503,
    TOLD_WITHIN_MS,
  ).catch(() => undefined);
  return answer === undefined
    ? { was: 'taken for one of the others' }
    : { was: 'not ready', reason: answer.text.slice(0, LONGEST_REASON) };
}

/** Finds a host that neither refused nor said that it is not ready. */
export const outcomeOf =
  (what: string): Beside['findings'] =>
  (met) =>
    met.was === 'taken for one of the others'
      ? [{ harm: 'stranded', what: `${what} was ready for ${TOLD_WITHIN_MS} ms and said nothing` }]
      : [];
