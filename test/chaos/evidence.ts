import { z } from 'zod';
import { shop } from '../../src/shop.js';
import { manage } from '../support/management.js';
import type { Finding } from './checks/finding.js';
import type { Ground } from './ground/ground.js';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const MOST_ORDERS = 5;
const row = z.object({ row: z.json() });
const queues = z.array(
  z.object({
    name: z.string(),
    messages: z.int().optional(),
    messages_unacknowledged: z.int().optional(),
    consumers: z.int().optional(),
  }),
);

/** What each table of the shop says of one order. Tables that a context does not have are left out. */
const TABLES: readonly (readonly [string, string])[] = [
  ...shop.names.map((context) => [`${context}.journal`, 'key = $1'] as const),
  ...shop.names.map(
    (context) =>
      [
        `${context}.inbox`,
        `message_id IN (SELECT metadata->>'id' FROM orders.journal WHERE key = $1 UNION ALL SELECT metadata->>'id' FROM shipments.journal WHERE key = $1)`,
      ] as const,
  ),
  ['orders.saga', 'id = $1'],
  ['orders.saga_transition', 'id = $1'],
  ['payments.saga_transition', 'id = $1'],
  ['payments.payment', 'order_id::text = $1'],
  ['sandbox_provider.ledger', 'order_id::text = $1'],
  ['inventory.reservations', 'order_id::text = $1'],
  ['shipments.shipment', 'order_id::text = $1'],
  ['notifications.notifications', 'order_id::text = $1'],
  ...shop.names.map((context) => [`${context}.subscription_checkpoint`, '$1::text IS NOT NULL'] as const),
];

/** What the shop has written down about the orders of some findings, for whoever looks for their cause. */
export async function evidenceOf(ground: Ground, findings: readonly Finding[]): Promise<string> {
  const ids = [...new Set(findings.flatMap(({ what }) => what.match(UUID) ?? []))].slice(0, MOST_ORDERS);
  const lines: string[] = [];
  for (const id of ids) {
    lines.push(
      `=== ${id}`,
      ...ground.log
        .all()
        .filter((call) => 'orderId' in call && call.orderId === id)
        .map((call) => `client: ${JSON.stringify(call)}`),
    );
    lines.push(
      ...ground.sink
        .all()
        .filter(({ orderId }) => orderId === id)
        .map((notice) => `told: ${JSON.stringify(notice)}`),
    );
    for (const [table, where] of TABLES) lines.push(...(await rowsOf(ground, table, where, id)));
  }
  if (ground.vhost !== undefined)
    lines.push(
      ...queues
        .parse(await manage('GET', ['queues', ground.vhost.name]))
        .map((queue) => `queue: ${JSON.stringify(queue)}`),
    );
  return lines.join('\n');
}

async function rowsOf({ witness }: Ground, table: string, where: string, id: string): Promise<string[]> {
  try {
    return (await witness.query(row, `SELECT to_jsonb(t) AS row FROM ${table} t WHERE ${where}`, [id])).map(
      (found) => `${table}: ${JSON.stringify(found.row)}`,
    );
  } catch (error) {
    return [`${table}: ${error instanceof Error ? error.message : String(error)}`];
  }
}
