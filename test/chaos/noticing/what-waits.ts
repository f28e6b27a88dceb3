import { z } from 'zod';
import { shop } from '../../../src/shop.js';
import { manage } from '../../support/management.js';
import type { Witness } from '../ground/witness.js';
import type { Wait } from './sample.js';

const relayRow = z.object({ waiting: z.coerce.number(), position: z.coerce.number() });
const sagaRow = z.object({ name: z.string(), oldest: z.string() });
const inboxRow = z.object({ handled: z.coerce.number() });
const queues = z.array(z.object({ name: z.string(), messages: z.int().default(0) }));
const SAGAS_OF = ['orders', 'payments'];

/**
 * What waits in a shop now, past the shop: journals, sagas, queues. A server that can't be asked is what all wait for.
 */
export async function whatWaits(witness: Witness, vhost: string | undefined): Promise<readonly Wait[]> {
  const parts = [
    inDatabase(witness).catch((): readonly Wait[] => [{ what: 'database', by: 'orders', mark: 'away' }]),
    vhost === undefined
      ? []
      : inQueues(witness, vhost).catch((): readonly Wait[] => [{ what: 'broker', by: 'orders', mark: 'away' }]),
  ];
  const waits: Wait[] = [];
  for (const part of parts) waits.push(...(await part));
  return waits;
}

async function inDatabase(witness: Witness): Promise<readonly Wait[]> {
  const waits: Wait[] = [];
  for (const { context, subscription, events } of shop.subscriptions) {
    for (const producer of new Set(events.map((event) => event.context))) {
      const types = events.filter((event) => event.context === producer).map(({ name }) => name);
      const [row] = await witness.query(
        relayRow,
        `SELECT (SELECT count(*) FROM (SELECT FROM ${producer}.journal WHERE type = ANY($3::text[]) AND position > c.position LIMIT 1) w) AS waiting,
           c.position FROM ${producer}.subscription_checkpoint c WHERE c.context = $1 AND c.subscription = $2`,
        [context, subscription, types],
      );
      if (row !== undefined && row.waiting > 0)
        waits.push({
          what: `relay ${producer} > ${context}.${subscription}`,
          by: producer,
          mark: String(row.position),
        });
    }
  }
  for (const context of SAGAS_OF) {
    const due = await witness.query(
      sagaRow,
      `SELECT name, (array_agg(id || coalesce(step, '') ORDER BY due_at, id))[1] AS oldest FROM ${context}.saga
       WHERE status IN ('running', 'compensating') AND due_at < now() AND (holder IS NULL OR leased_until < now()) GROUP BY name`,
    );
    waits.push(...due.map(({ name, oldest }) => ({ what: `saga ${name}`, by: context, mark: oldest })));
  }
  return waits;
}

/** Events in a queue that nobody has handled since the look before. */
async function inQueues(witness: Witness, vhost: string): Promise<readonly Wait[]> {
  const found = queues.parse(await manage('GET', ['queues', vhost]));
  const waits: Wait[] = [];
  for (const { context, subscription } of shop.subscriptions) {
    const queue = found.find(({ name }) => name === `${context}.${subscription}`);
    if (queue === undefined || queue.messages === 0) continue;
    const [row] = await witness
      .query(inboxRow, `SELECT count(*) AS handled FROM ${context}.inbox WHERE consumer = $1`, [subscription])
      .catch(() => []);
    waits.push({ what: `queue ${context}.${subscription}`, by: context, mark: String(row?.handled ?? 'away') });
  }
  return waits;
}
