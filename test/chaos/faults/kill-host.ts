import type { MakeFault } from './fault.js';

/** kill -9, and started again. */
export const killHost: MakeFault = ({ hosts }, { place }) => ({
  hit: () => hosts.kill(place),
  heal: () => hosts.start(place),
});
