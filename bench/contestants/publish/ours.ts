import { randomUUID } from 'node:crypto';
import { MessageRouter } from '@isolith/message-bus';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { startHost } from '../query-lane/stock-hosts.js';
import { keptIn, placed } from './kept-in.js';

const to = { lane: 'subscription', context: 'mails', subscription: 'order-mails' } as const;

/** As the relay of a journal hands on what it has read: each event by itself, events of different keys side by side. */
export const open = async ({ transportUrl }: Surroundings): Promise<Contestant> => {
  const app = await startHost(transportUrl, 'gateway');
  const router = app.get(MessageRouter, { strict: false });
  const { signal } = new AbortController();
  const correlationid = randomUUID();
  const time = new Date().toISOString();
  const publish = (index: number): Promise<void> => {
    const data = placed(index);
    return router.deliver(
      {
        specversion: '1.0',
        id: `event-${index}`,
        source: '/orders',
        type: 'orders.order-placed',
        time,
        subject: data.orderId,
        kind: 'event',
        schemaversion: 1,
        correlationid,
        data,
      },
      to,
      signal,
    );
  };
  return keptIn(
    transportUrl,
    `${to.context}.${to.subscription}`,
    (work) => keepBusy(work, publish),
    () => app.close(),
  );
};
