import { broker } from '../../support/broker.js';
import type { MakeFault } from './fault.js';
import { unattended } from './unattended.js';

/** While the consumers of a subscription are away somebody deletes its queue, with the events in it. */
export const deleteQueue: MakeFault = (ground, { way }) => {
  const at = unattended(ground, way);
  let events = 0;
  return {
    hit: async (moreOrders) => {
      await at.stopConsumers();
      moreOrders();
      events = await at.filled();
      await broker.deleteQueue(at.vhost, at.queue);
    },
    heal: () => at.startConsumers(),
    effect: () => ({ [`events in ${at.queue}`]: events }),
  };
};
