import { z } from 'zod';
import { shop } from '../../../src/shop.js';
import type { Witness } from '../ground/witness.js';

const sagaRow = z.object({
  name: z.string(),
  id: z.string(),
  status: z.string(),
  step: z.string().nullable(),
  trouble: z.unknown(),
});
const parkedRow = z.object({ subscription: z.string(), key: z.string(), problem: z.string().nullable() });
const failingRow = z.object({ subscription: z.string(), message: z.string(), attempts: z.int() });
const behindRow = z.object({ events: z.coerce.number().int() });

/** What a shop that nothing hinders any more must have none of. */
export interface Leftovers {
  /** Processes that are under way or wait for a person. */
  readonly sagas: readonly z.output<typeof sagaRow>[];
  /** Messages that were set aside, with the context that set them aside. */
  readonly parked: readonly (z.output<typeof parkedRow> & { readonly context: string })[];
  /** Events that a handler has refused and not yet taken. */
  readonly failing: readonly (z.output<typeof failingRow> & { readonly context: string })[];
  /** Subscriptions that were not yet given everything that they take of a journal. */
  readonly behind: readonly { readonly producer: string; readonly subscription: string; readonly events: number }[];
}

/** Looks past the shop into each context's tables. */
export async function leftovers(witness: Witness): Promise<Leftovers> {
  const found: { -readonly [K in keyof Leftovers]: Leftovers[K][number][] } = {
    sagas: [],
    parked: [],
    failing: [],
    behind: [],
  };
  for (const context of shop.names) {
    // A former release has not all of them.
    if (!(await hasTable(witness, `${context}.journal`))) continue;
    if (await hasTable(witness, `${context}.saga`)) {
      found.sagas.push(
        ...(await witness.query(
          sagaRow,
          `SELECT name, id, status, step, trouble FROM ${context}.saga WHERE status NOT IN ('completed', 'compensated')`,
        )),
      );
    }
    const parked = await witness.query(
      parkedRow,
      `SELECT s.subscription, s.key, m.problem_detail AS problem FROM ${context}.parked_sequence s LEFT JOIN ${context}.parked_message m USING (subscription, key)`,
    );
    found.parked.push(...parked.map((row) => ({ context, ...row })));
    const failing = await witness.query(
      failingRow,
      `SELECT subscription, message_id AS message, attempts FROM ${context}.failing_event`,
    );
    found.failing.push(...failing.map((row) => ({ context, ...row })));
    for (const { context: consumer, subscription, events } of shop.subscriptions) {
      const types = events.filter((event) => event.context === context).map(({ name }) => name);
      const [waiting] = await witness.query(
        behindRow,
        `SELECT count(*) AS events FROM ${context}.journal WHERE type = ANY($3::text[]) AND position > coalesce(
           (SELECT position FROM ${context}.subscription_checkpoint WHERE context = $1 AND subscription = $2), 0)`,
        [consumer, subscription, types],
      );
      if (waiting !== undefined && waiting.events > 0)
        found.behind.push({ producer: context, subscription: `${consumer}.${subscription}`, events: waiting.events });
    }
  }
  return found;
}

/** Only contexts that declare sagas have a table for them. */
async function hasTable(witness: Witness, table: string): Promise<boolean> {
  const [row] = await witness.query(z.object({ there: z.boolean() }), 'SELECT to_regclass($1) IS NOT NULL AS there', [
    table,
  ]);
  return row?.there ?? false;
}
