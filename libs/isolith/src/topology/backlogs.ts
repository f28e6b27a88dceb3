import type { SeenHost } from './known-hosts.js';

/**
 * How much of what requests to a context began waits in it, as its hosts say: each looks at the same table, so what the
 * one says that saw most of it counts.
 */
export const backlogIn = (context: string, hosts: readonly Pick<SeenHost, 'load'>[]): number =>
  hosts.reduce((most, { load }) => Math.max(most, load.backlogs?.[context] ?? 0), 0);
