import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import type { SubscriptionName } from './lease-table.js';

/** A subscription that was set back. */
export interface Rewound {
  /** Everything up to here had been handed over. */
  readonly from: number;
  /** Everything behind here is handed over again. */
  readonly to: number;
}

const rewound = z.object({ from: z.coerce.number().int(), to: z.coerce.number().int() });

/**
 * Sets a subscription of this journal back, so that what is behind `to` is handed over again. What the consumer has
 * dealt with it recognises by its inbox, for as long as that keeps it. Safe while hosts serve it: the row gets a new
 * token, so whoever leads by an older one stores nothing any more and goes on from here when it claims again.
 * @returns undefined when the journal knows no such subscription, or it stands at `to` or before: it is never set
 *   forward
 */
export async function rewindSubscription(
  journal: ContextJournal,
  { context, subscription }: SubscriptionName,
  to: number,
): Promise<Rewound | undefined> {
  const table = `${quoted(journal.schema)}.subscription_checkpoint`;
  // The lock first: a leader that stores its position at this moment has done so before it is read here.
  const text = `WITH before AS (
      SELECT context, subscription, position FROM ${table} WHERE context = $1 AND subscription = $2 FOR UPDATE)
    UPDATE ${table} c SET position = $3, token = c.token + 1, holder = NULL, leased_until = NULL, updated_at = now()
    FROM before WHERE c.context = before.context AND c.subscription = before.subscription AND before.position > $3
    RETURNING before.position AS "from", c.position AS "to"`;
  const { rows } = await onConnection(await journal.dataSource(), (client) =>
    client.query<unknown>({ text, values: [context, subscription, to] }),
  );
  return rows[0] === undefined ? undefined : rewound.parse(rows[0]);
}
