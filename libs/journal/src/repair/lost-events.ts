import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { COMMANDS } from '../context/message-handling.js';
import { BYTES_ID_PREFIX } from '../context/sequence-key.js';

const AT_MOST = 1_000;
const idRow = z.object({ id: z.string() });
const handledRow = z.object({ consumer: z.string(), id: z.string() });

/**
 * Events that a subscription has handled, and that no journal has any more: their producer was restored from before
 * them.
 */
export interface LostEvents {
  readonly context: string;
  readonly subscription: string;
  readonly ids: readonly string[];
}

/**
 * Looks at what was handled within the last day, the newest 1,000 of each consumer, against the journals of all
 * contexts. Bytes that were set aside and discarded have never been in any.
 */
export async function findLostEvents(
  consumer: ContextJournal,
  producers: readonly ContextJournal[],
): Promise<readonly LostEvents[]> {
  const handled = z.array(handledRow).parse(
    await ask(
      consumer,
      `SELECT consumer, message_id AS id FROM (
         SELECT consumer, message_id, row_number() OVER (PARTITION BY consumer ORDER BY recorded_at DESC) AS nth
         FROM ${quoted(consumer.schema)}.inbox
         WHERE consumer <> $1 AND NOT starts_with(message_id, $2) AND recorded_at > now() - interval '1 day') AS recent
       WHERE nth <= ${AT_MOST}`,
      [COMMANDS, BYTES_ID_PREFIX],
    ),
  );
  const left = new Map(handled.map(({ consumer: subscription, id }) => [id, subscription]));
  for (const producer of producers) {
    if (left.size === 0) break;
    const found = await ask(
      producer,
      `SELECT metadata->>'id' AS id FROM ${quoted(producer.schema)}.journal WHERE metadata->>'id' = ANY($1::text[])`,
      [[...left.keys()]],
    );
    for (const { id } of z.array(idRow).parse(found)) left.delete(id);
  }
  const bySubscription = new Map<string, string[]>();
  for (const [id, subscription] of left)
    bySubscription.set(subscription, [...(bySubscription.get(subscription) ?? []), id]);
  return [...bySubscription].map(([subscription, ids]) => ({ context: consumer.context, subscription, ids }));
}

/** Those of these commands, by their ids, of which a context has a record. */
export async function handledCommands(journal: ContextJournal, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = await ask(
    journal,
    `SELECT message_id AS id FROM ${quoted(journal.schema)}.inbox WHERE consumer = $1 AND message_id = ANY($2::text[])`,
    [COMMANDS, ids],
  );
  return new Set(
    z
      .array(idRow)
      .parse(found)
      .map(({ id }) => id),
  );
}

async function ask(journal: ContextJournal, text: string, values: readonly unknown[]): Promise<unknown[]> {
  return (await onConnection(await journal.dataSource(), (client) => client.query<unknown>({ text, values }))).rows;
}
