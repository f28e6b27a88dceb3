import { broker } from '../../support/broker.js';
import type { MakeFault } from './fault.js';

/** An orderly shutdown, as for maintenance. It takes seconds, during which connections go one by one. */
export const restartBroker: MakeFault = () => {
  let stopped: Promise<void> | undefined;
  return {
    hit: async () => {
      stopped = broker.stop();
      // heal() tells of a failure.
      stopped.catch(() => undefined);
    },
    heal: async () => {
      await stopped;
      await broker.start();
    },
  };
};
