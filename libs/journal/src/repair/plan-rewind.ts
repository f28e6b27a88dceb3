import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import type { SubscriptionName } from '../subscriptions/lease-table.js';

/** What a rewind would do. */
export interface RewindPlan {
  /** Everything up to here has been handed over. */
  readonly from: number;
  readonly to: number;
  /** Events that would be handed over again. */
  readonly events: number;
}

const plan = z.object({ from: z.coerce.number(), to: z.coerce.number(), events: z.coerce.number() });

/**
 * What it means to set a subscription back to a position, or to before a time (RFC 3339). It is never set forward.
 * @returns undefined when the journal knows no such subscription
 */
export async function planRewind(
  journal: ContextJournal,
  { context, subscription }: SubscriptionName,
  to: { readonly position: number } | { readonly time: string },
): Promise<RewindPlan | undefined> {
  const schema = quoted(journal.schema);
  const text = `WITH c AS (SELECT position, types FROM ${schema}.subscription_checkpoint WHERE context = $1 AND subscription = $2),
      target AS (SELECT c.position AS "from", least(c.position, coalesce($3::bigint,
        (SELECT min(j.position) - 1 FROM ${schema}.journal j WHERE j.recorded_at >= $4::timestamptz), c.position)) AS "to", c.types FROM c)
    SELECT "from", "to", (SELECT count(*) FROM ${schema}.journal j WHERE j.position > "to" AND j.position <= "from" AND j.type = ANY(types)) AS events
    FROM target`;
  const values = [context, subscription, 'position' in to ? to.position : null, 'time' in to ? to.time : null];
  const { rows } = await onConnection(await journal.dataSource(), (client) => client.query<unknown>({ text, values }));
  return rows[0] === undefined ? undefined : plan.parse(rows[0]);
}
