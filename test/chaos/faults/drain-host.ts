import type { MakeFault } from './fault.js';

/** SIGTERM, as before an update, and started again when it is gone. It must end by itself, in time. */
export const drainHost: MakeFault = ({ hosts }, { place }, alone) => {
  let drained: Promise<void> | undefined;
  return {
    hit: async () => {
      drained = hosts.drain(place, alone);
      // heal() tells of a failure.
      drained.catch(() => undefined);
    },
    heal: async () => {
      await drained;
      await hosts.start(place);
    },
  };
};
