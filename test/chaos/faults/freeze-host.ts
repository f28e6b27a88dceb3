import type { MakeFault } from './fault.js';

/** SIGSTOP: connections stay open and leases run out. Afterwards the host goes on in the middle of whatever it did. */
export const freezeHost: MakeFault = ({ hosts }, { place }) => {
  const host = hosts.at(place);
  return {
    hit: async () => host.freeze(),
    heal: async () => host.thaw(),
  };
};
