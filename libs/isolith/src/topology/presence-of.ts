import type { CurrentImpairment, Impairments, MessageRouter, Transport } from '@isolith/message-bus';
import type { HostLifecycle, HostListener, HostPhase } from '@isolith/message-bus/nest';
import type { HostConfig } from '../config/host-config.js';
import type { RemoteLink } from '../remote/remote-link.js';
import type { HostCircuits } from '../policies/host-circuits.js';
import { AbsentContexts } from './absent-contexts.js';
import { contractFingerprint } from './contract-fingerprint.js';
import type { CountsEdges } from './edge-counts.js';
import { HeardContexts } from './heard-contexts.js';
import type { HostName } from './host-name.js';
import { HostPresence } from './host-presence.js';
import { neededElsewhere } from './needed-elsewhere.js';
import { OwnLoad } from './own-load.js';
import type { Watchdog } from '../watchdog/watchdog.js';
import { OwnTraffic } from './own-traffic.js';

/** By whom its impairments are reported. */
const TOPOLOGY = 'topology';
/** A database that is away for so long is no failover that is about to end. */
const LACKS_AFTER_SECONDS = 7;
/** The gateway has no messages of its own. */
const NO_CONTRACTS = 'none';

/** How a host is, as it says itself. */
interface OwnHealth {
  readonly phase: HostPhase | 'leaving';
  readonly impaired: readonly CurrentImpairment[];
}

/** What a host's presence tells of, in this order. */
export type PresenceProviders = [
  HostLifecycle,
  HostListener,
  OwnHealth,
  MessageRouter,
  Impairments,
  HostCircuits,
  RemoteLink,
  Pick<Watchdog, 'backlogs'>,
  CountsEdges,
];

interface Of {
  readonly name: HostName;
  readonly config: HostConfig;
  readonly medium: Transport | undefined;
  /** Milliseconds since the epoch. */
  readonly time: () => number;
}

/** The presence of a host among others, from the parts that it tells of. */
export function presenceOf(
  { name, config, medium, time }: Of,
  ...[lifecycle, listener, health, router, impairments, circuits, link, watchdog, counted]: PresenceProviders
): HostPresence {
  const load = new OwnLoad();
  const traffic = new OwnTraffic(counted);
  const absent = new AbsentContexts(neededElsewhere(config));
  const heard = new HeardContexts(new Set(config.application.names), (at) => link.isUntaken(at));
  const { here } = config.placement;
  const presence = new HostPresence(
    {
      name,
      medium,
      contexts: () => fingerprints(config),
      inboxes: () => config.placement.here.filter((context) => router.keepsInbox(context)),
      state: () => stateOf(health, listener.listening),
      circuits,
      traffic: () => traffic.read(),
      heard: (said) => heard.heard(said),
      load: () =>
        load.read({ inHand: router.inHand(), backlogs: watchdog.backlogs(), impaired: health.impaired.length }),
      time: () => new Date(time()).toISOString(),
      suspect: (context, { keepsInbox }) => router.askBeside(context, { commands: keepsInbox }),
      look: (hosts) => {
        impairments.report(TOPOLOGY, absent.look(hosts));
        void heard.look();
      },
    },
    lifecycle,
  );
  router.useOutage((context) =>
    here.includes(context) ? lacksDatabase(context, health.impaired, presence) : heard.whyAway(context),
  );
  return presence;
}

/** Another host of the context may have what this one lacks. */
function lacksDatabase(
  context: string,
  impaired: readonly CurrentImpairment[],
  presence: HostPresence,
): string | undefined {
  const since = impaired.find(
    ({ kind, name, seconds }) =>
      kind === 'database' && seconds >= LACKS_AFTER_SECONDS && name.split(',').includes(context),
  );
  if (since === undefined) return undefined;
  const others = presence
    .all()
    .some(
      ({ id, state, contexts }) => id !== presence.self.id && state === 'ready' && Object.hasOwn(contexts, context),
    );
  return others ? undefined : `the database of ${context} has not answered for ${Math.round(since.seconds)} s`;
}

const fingerprints = ({ application, placement }: HostConfig): Readonly<Record<string, string>> =>
  Object.fromEntries(
    placement.here.map((here) => {
      const descriptor = application.contexts.find(({ name }) => name === here);
      return [here, descriptor === undefined ? NO_CONTRACTS : contractFingerprint(descriptor)];
    }),
  );

function stateOf({ phase, impaired }: OwnHealth, listening: boolean): 'starting' | 'ready' | 'not-ready' | 'draining' {
  if (phase === 'starting' || phase === 'open') return 'starting';
  if (phase !== 'started') return 'draining';
  if (!listening) return 'starting';
  return impaired.some(({ effect }) => effect === 'not-ready') ? 'not-ready' : 'ready';
}
