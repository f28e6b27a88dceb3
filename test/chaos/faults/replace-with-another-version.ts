import { buildVersion } from '../../support/build-version.js';
import { nextVersion } from '../../support/next-version.js';
import type { MakeFault } from './fault.js';

/**
 * A host is replaced by one of the release that comes next, whose contracts only grew, and back: as in a rollout, with
 * SIGTERM, or as one that nobody planned, with kill -9. Whatever the two releases have sent each other by then is still
 * under way.
 */
export const replaceWithAnotherVersion: MakeFault = ({ hosts }, { place, way }, alone) => {
  const isDrained = way % 2 === 0;
  const end = (): Promise<void> => (isDrained ? hosts.drain(place, alone) : hosts.kill(place));
  let args: readonly string[] = [];
  let replaced = 0;
  return {
    prepare: async () => {
      args = await buildVersion(nextVersion);
    },
    hit: async (moreOrders) => {
      await end();
      await hosts.start(place, args);
      replaced += 1;
      moreOrders();
    },
    heal: async () => {
      // One whose start failed is gone already.
      await end();
      await hosts.start(place);
    },
    effect: () => ({ [isDrained ? 'drained' : 'killed']: replaced }),
  };
};
