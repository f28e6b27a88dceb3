import { z } from 'zod';
import { eventually } from '../../support/eventually.js';
import { manage } from '../../support/management.js';
import type { Ground } from '../ground/ground.js';
import { subscriptionsApart, type SubscriptionApart } from '../plan/subscriptions-apart.js';

const queue = z.object({ messages: z.int().default(0) });
const FILL_LIMIT_MS = 20_000;
const taken = z.object({ events: z.coerce.number().int() });

/** A subscription that nobody consumes for a while, so that what it takes waits in its queue. */
export interface Unattended extends SubscriptionApart {
  readonly vhost: string;
  readonly queue: string;
  stopConsumers(): Promise<void>;
  startConsumers(): Promise<void>;
  /** @returns how many messages are in its queue; 0 when there is none */
  depth(): Promise<number>;
  /** Resolves when something waits in it, or after some time. */
  filled(): Promise<number>;
  /** @returns how many events the broker has confirmed for it, over all its life */
  relayed(): Promise<number>;
}

export function unattended({ placed, vhost, hosts, witness }: Ground, way: number): Unattended {
  const apart = subscriptionsApart(placed.placement);
  const picked = apart[way % apart.length];
  if (picked === undefined || vhost === undefined) throw new Error('no subscription of this placement is apart');
  const name = `${picked.context}.${picked.subscription}`;
  const depth = async (): Promise<number> =>
    manage('GET', ['queues', vhost.name, name]).then(
      (found) => queue.parse(found).messages,
      () => 0,
    );
  return {
    ...picked,
    vhost: vhost.name,
    queue: name,
    depth,
    stopConsumers: async () => void (await Promise.all(picked.places.map((place) => hosts.kill(place)))),
    startConsumers: async () => void (await Promise.all(picked.places.map((place) => hosts.start(place)))),
    filled: () =>
      eventually(`something waits in ${name}`, depth, (messages) => messages > 0, FILL_LIMIT_MS).catch(() => 0),
    relayed: async () => {
      let events = 0;
      for (const producer of picked.producers) {
        const [row] = await witness.query(
          taken,
          `SELECT count(*) AS events FROM ${producer}.journal j JOIN ${producer}.subscription_checkpoint c ON j.position <= c.position
           WHERE c.context = $1 AND c.subscription = $2 AND j.type = ANY($3::text[])`,
          [picked.context, picked.subscription, picked.types],
        );
        events += row?.events ?? 0;
      }
      return events;
    },
  };
}
