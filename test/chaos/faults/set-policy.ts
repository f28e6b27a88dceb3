import { eventually } from '../../support/eventually.js';
import { manage } from '../../support/management.js';
import type { MakeFault } from './fault.js';
import { unattended } from './unattended.js';

/** Each of them drops what waits, and says so to nobody. */
const DEFINITIONS = [
  { 'message-ttl': 1 },
  { 'max-length': 1, overflow: 'drop-head' },
  { 'max-length-bytes': 500, overflow: 'drop-head' },
] as const;
const DROP_LIMIT_MS = 20_000;

/** While the consumers of a subscription are away somebody sets a policy for all queues, and takes it back later. */
export const setPolicy: MakeFault = (ground, { way }) => {
  const at = unattended(ground, way);
  const definition = DEFINITIONS[way % DEFINITIONS.length];
  let kept = 0;
  let dropped = 0;
  let isSet = false;
  // Two may be set at a time; each takes back its own.
  const policy = ['policies', at.vhost, `chaos-${way}`] as const;
  // Confirmed, not taken by anybody, and not there any more.
  const missing = async (): Promise<number> => {
    dropped = kept + (await at.relayed()) - (await at.depth());
    return dropped;
  };
  return {
    hit: async (moreOrders) => {
      await at.stopConsumers();
      kept = (await at.depth()) - (await at.relayed());
      isSet = true;
      await manage('PUT', policy, { pattern: '.*', definition, 'apply-to': 'queues' });
      moreOrders();
      // What the broker says of its queues is up to a second old.
      await eventually('an event was dropped', missing, (events) => events > 1, DROP_LIMIT_MS).catch(() => undefined);
    },
    heal: async () => {
      await missing().catch(() => undefined);
      try {
        if (isSet) await manage('DELETE', policy);
      } finally {
        await at.startConsumers();
      }
    },
    effect: () => ({
      [`dropped from ${at.queue} by ${Object.keys(definition ?? {}).join(' and ')}`]: Math.max(0, dropped),
    }),
  };
};
