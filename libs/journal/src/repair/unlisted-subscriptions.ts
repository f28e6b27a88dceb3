import { onConnection, quoted } from '@isolith/postgres/internal';
import { z } from 'zod';
import type { ContextJournal } from '../context/context-journal.js';
import type { SubscriptionName } from '../subscriptions/lease-table.js';
import { relayName } from '../relay/relay-waits.js';

/** A subscription as the application's list states it: who takes it, and events of which contexts. */
export interface ListedSubscription extends SubscriptionName {
  readonly events: readonly { readonly context: string }[];
}

/** Sentences at once. */
const AT_MOST = 100;
const COUNTED = 10_000;

const row = z.object({
  context: z.string(),
  subscription: z.string(),
  position: z.coerce.number().int(),
  waiting: z.coerce.number().int(),
  minutes: z.coerce.number().int(),
});

/**
 * Checkpoints in a journal of subscriptions that take nothing of it by the list of all: a consumer was removed or
 * renamed. Nobody serves them, and nothing above them is ever deleted (JournalRetention). They stay until a person says
 * which of the two it was, since a renamed one is told of everything again. A sentence each.
 */
export async function unlistedSubscriptions(
  journal: ContextJournal,
  listed: readonly ListedSubscription[],
): Promise<readonly string[]> {
  const schema = quoted(journal.schema);
  const taking = listed.filter(({ events }) => events.some(({ context }) => context === journal.context));
  const { rows } = await onConnection(await journal.dataSource(), (client) =>
    client.query<unknown>({
      text: `SELECT c.context, c.subscription, c.position,
          (SELECT count(*) FROM (SELECT FROM ${schema}.journal j WHERE j.position > c.position LIMIT ${COUNTED + 1}) AS behind) AS waiting,
          extract(epoch FROM now() - c.updated_at)::bigint / 60 AS minutes
        FROM ${schema}.subscription_checkpoint c
        WHERE NOT EXISTS (SELECT FROM unnest($1::text[], $2::text[]) AS l (context, subscription)
          WHERE l.context = c.context AND l.subscription = c.subscription)
        ORDER BY c.context, c.subscription LIMIT ${AT_MOST}`,
      values: [taking.map(({ context }) => context), taking.map(({ subscription }) => subscription)],
    }),
  );
  return z
    .array(row)
    .parse(rows)
    .map(({ context, subscription, position, waiting, minutes }) => {
      const where = `WHERE context = ${literal(context)} AND subscription = ${literal(subscription)}`;
      return (
        `${relayName(journal.context, { context, subscription })}: no context states this subscription any more. It stands at position ${position} since ${minutes} min, ` +
        `and the journal keeps the ${waiting > COUNTED ? `more than ${COUNTED}` : waiting} events behind it for ever. If a newer release takes it, leave it. ` +
        'If it was renamed, give it its old name back: by a new one it is told of everything again. ' +
        `If it was removed: DELETE FROM ${schema}.subscription_checkpoint ${where}`
      );
    });
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
