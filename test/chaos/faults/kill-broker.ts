import { broker } from '../../support/broker.js';
import type { MakeFault } from './fault.js';

/** As if the broker's process crashed. */
export const killBroker: MakeFault = () => ({
  prepare: () => broker.flushTables(),
  hit: () => broker.killFlushed(),
  heal: () => broker.start(),
});
