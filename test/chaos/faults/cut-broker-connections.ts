import { z } from 'zod';
import { eventually } from '../../support/eventually.js';
import { manage } from '../../support/management.js';
import { nothing, type MakeFault } from './fault.js';

const connections = z.array(z.object({ name: z.string() }));

/** Every connection to the broker breaks at once; hosts may connect again at once. */
export const cutBrokerConnections: MakeFault = ({ vhost }) => {
  if (vhost === undefined) throw new Error('cut-broker-connections: this shop has no broker');
  const list = async (): Promise<readonly string[]> =>
    connections.parse(await manage('GET', ['vhosts', vhost.name, 'connections'])).map(({ name }) => name);
  let open: readonly string[] = [];
  return {
    // After another fault hosts may still be on their way back, and a cut of nothing proves nothing.
    prepare: async () => {
      open = await eventually('a connection to the broker is open', list, ({ length }) => length > 0);
    },
    // One that has gone by itself meanwhile needs no cut.
    hit: async () => void (await Promise.allSettled(open.map((name) => manage('DELETE', ['connections', name])))),
    heal: nothing,
  };
};
