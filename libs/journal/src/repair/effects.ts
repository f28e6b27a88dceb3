import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';

/**
 * What became of events at the consumer of one subscription, wherever its database is.
 *
 * Implementers owe: an event counts as dealt with only when that was committed. Not their job: what the consumer has
 * forgotten because it is older than its inbox keeps it.
 */
export interface Effects {
  /** Those of these events, by their ids (1,000 at most), that were handled or are parked. */
  dealtWith(ids: readonly string[]): Promise<ReadonlySet<string>>;
  /**
   * Ids of events that have failed and wait for their next attempt; later ones of other keys may have been dealt with.
   */
  waiting(): Promise<readonly string[]>;
}

const idRow = z.object({ id: z.string() });

/** As the consumer's own tables tell it. */
export function effectsIn(consumer: ContextJournal, subscription: string): Effects {
  const schema = quoted(consumer.schema);
  const ids = async (text: string, values: readonly unknown[]): Promise<string[]> => {
    const { rows } = await onConnection(await consumer.dataSource(), (client) =>
      client.query<unknown>({ text, values }),
    );
    return rows.map((row) => idRow.parse(row).id);
  };
  return {
    dealtWith: async (events) =>
      new Set(
        await ids(
          `SELECT message_id AS id FROM ${schema}.inbox WHERE consumer = $1 AND message_id = ANY($2::text[])
           UNION ALL SELECT message_id FROM ${schema}.parked_message WHERE subscription = $1 AND message_id = ANY($2::text[])`,
          [subscription, events],
        ),
      ),
    waiting: () => ids(`SELECT message_id AS id FROM ${schema}.failing_event WHERE subscription = $1`, [subscription]),
  };
}
