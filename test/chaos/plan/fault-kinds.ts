import { subscriptionsApart } from './subscriptions-apart.js';
import { faultKinds, type FaultKind, type PlannedFault, type PlannedPlacement } from './run-plan.js';

/** What has to be there for a fault. What was given to us is not ours to make fail. */
export const needs = ['broker', 'own broker', 'own database', 'several hosts', 'a subscription apart'] as const;
export type Need = (typeof needs)[number];

/** `a host`: the one at the fault's place; `hosts`: those that it picks itself. */
export type Target = 'a host' | 'hosts' | 'broker' | 'database' | 'neighbour' | 'handlers';

export interface KindOfFault {
  /** What two faults must not have in common to be there at the same time. */
  readonly hits: readonly Target[];
  readonly needs: readonly Need[];
  /** A host is started while it is there. */
  readonly startsHosts?: true;
  /** No host starts while it is there: it refuses to, as it should. */
  readonly refusesStarts?: true;
  /** It looks into the database while it comes. */
  readonly asksDatabase?: true;
  /** Nobody can look into the database while it is there. */
  readonly takesDatabaseAway?: true;
  /** Its end is what hosts do, so they have to be back before. */
  readonly healedByHosts?: true;
  /** What it has set aside is nowhere else, and it looks whether all of it is. */
  readonly looksAtSetAside?: true;
  /** It takes rows back to what they were. */
  readonly restoresRows?: true;
}

/** Every kind of fault, as data. */
export const kindOf: Readonly<Record<FaultKind, KindOfFault>> = {
  'kill-host': { hits: ['a host'], needs: [] },
  'freeze-host': { hits: ['a host'], needs: [] },
  'drain-host': { hits: ['a host'], needs: [] },
  'kill-broker': { hits: ['broker'], needs: ['broker', 'own broker'] },
  'restart-broker': { hits: ['broker'], needs: ['broker', 'own broker'] },
  'cut-broker-connections': { hits: ['broker'], needs: ['broker', 'own broker'] },
  'kill-database': { hits: ['database'], needs: ['own database'], takesDatabaseAway: true },
  'restart-database': { hits: ['database'], needs: ['own database'], takesDatabaseAway: true },
  'cut-database-connections': { hits: ['database'], needs: [] },
  'step-host-clock': { hits: ['a host'], needs: [], startsHosts: true },
  'replace-with-another-version': { hits: ['a host'], needs: ['broker', 'several hosts'], startsHosts: true },
  'add-host-with-another-key': { hits: ['neighbour'], needs: ['broker', 'several hosts'] },
  'add-second-installation': { hits: ['neighbour'], needs: ['broker'] },
  'change-session-settings': { hits: ['database'], needs: [] },
  'turn-read-only': { hits: ['database'], needs: ['own database'], refusesStarts: true },
  'set-policy': { hits: ['broker', 'hosts'], needs: ['broker', 'a subscription apart'], asksDatabase: true },
  'delete-queue': { hits: ['broker', 'hosts'], needs: ['broker', 'a subscription apart'], asksDatabase: true },
  'send-poison': { hits: ['neighbour'], needs: ['broker'], healedByHosts: true, looksAtSetAside: true },
  'throw-anything': { hits: ['handlers'], needs: [] },
  'restore-rows': { hits: ['hosts', 'database'], needs: [], restoresRows: true },
};

/**
 * Kinds that are not drawn unless they are asked for by name, each with what has to change in the shop before it can
 * stand them.
 */
export const notYet: Readonly<Partial<Record<FaultKind, string>>> = {};

/** What a run draws from by default. */
export const drawnKinds: readonly FaultKind[] = faultKinds.filter((kind) => notYet[kind] === undefined);

/** Whether a placement has what a kind needs; what this machine allows is not looked at. */
export function canBeMade(kind: FaultKind, { placement, hasBroker }: PlannedPlacement): boolean {
  const there: Readonly<Record<Need, () => boolean>> = {
    broker: () => hasBroker,
    'several hosts': () => placement.hosts.length > 1,
    'a subscription apart': () => subscriptionsApart(placement).length > 0,
    'own broker': () => true,
    'own database': () => true,
  };
  return kindOf[kind].needs.every((need) => there[need]());
}

export const isOfHosts = (kind: FaultKind): boolean =>
  kindOf[kind].hits.some((target) => target === 'a host' || target === 'hosts');

/** What is healed first: servers, which hosts need for their start; hosts; what only they can heal. */
export const healingOrder = (a: FaultKind, b: FaultKind): number => rank(a) - rank(b);
const rank = (kind: FaultKind): number => (kindOf[kind].healedByHosts ? 2 : isOfHosts(kind) ? 1 : 0);

/** Whether one fault would keep the other from coming, or from its end. */
const keepsOut = (there: KindOfFault, coming: KindOfFault): boolean =>
  (there.refusesStarts === true && coming.startsHosts === true) ||
  (there.takesDatabaseAway === true && coming.asksDatabase === true) ||
  (there.restoresRows === true && coming.looksAtSetAside === true);

/** Whether two faults would hit the same thing, or one would keep the other from coming. */
export function collide(a: Pick<PlannedFault, 'kind' | 'place'>, b: Pick<PlannedFault, 'kind' | 'place'>): boolean {
  const [one, two] = [kindOf[a.kind], kindOf[b.kind]];
  if (keepsOut(one, two) || keepsOut(two, one)) return true;
  const [of, other] = [one.hits, two.hits];
  if (of.some((target) => target !== 'a host' && other.includes(target))) return true;
  if (of.includes('a host') && other.includes('a host')) return a.place === b.place;
  // Which hosts it will be is not planned.
  return (of.includes('hosts') && isOfHosts(b.kind)) || (other.includes('hosts') && isOfHosts(a.kind));
}
