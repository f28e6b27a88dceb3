import type { HostName } from './host-name.js';
import { isThere, type SeenHost } from './known-hosts.js';

/** Where messages to a context go. */
export interface Route {
  /** `call`: within this host; `medium`: over the transport, to whichever of `ready` takes them. */
  readonly via: 'call' | 'medium';
  /** Ids of the hosts that take them. */
  readonly ready: readonly string[];
  /** Of those that host it and do not take them: they start, drain, or can't. */
  readonly others: readonly string[];
  /** How many releases of its contract run side by side: 1 but for a rollout, 0 where nobody was heard of. */
  readonly releases: number;
}

/** All hosts of an application, as one of them knows them. */
export interface Topology {
  /** Who tells. */
  readonly self: HostName;
  readonly hosts: readonly SeenHost[];
  /** By context. */
  readonly routes: Readonly<Record<string, Route>>;
}

/** @param contexts all of the application; @param here those of this host */
export function topologyOf(
  self: HostName,
  hosts: readonly SeenHost[],
  contexts: readonly string[],
  here: readonly string[],
): Topology {
  const route = (context: string): Route => {
    const hosting = hosts.filter((host) => isThere(host) && Object.hasOwn(host.contexts, context));
    const ids = (ready: boolean): readonly string[] =>
      hosting.filter(({ state }) => (state === 'ready') === ready).map(({ id }) => id);
    return {
      via: here.includes(context) ? 'call' : 'medium',
      ready: ids(true),
      others: ids(false),
      releases: new Set(hosting.map((host) => host.contexts[context])).size,
    };
  };
  return { self, hosts, routes: Object.fromEntries(contexts.map((context) => [context, route(context)])) };
}
