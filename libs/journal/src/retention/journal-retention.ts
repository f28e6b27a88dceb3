import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { BATCH } from './inbox-retention.js';

const counts = z.tuple([
  z.object({
    last: z.coerce.number().int().nullable(),
    first_young: z.coerce.number().int().nullable(),
    looked: z.coerce.number().int(),
  }),
]);

/**
 * Deletes events of a context that are older than it wants to keep, part of no stream, and below the lowest checkpoint
 * of all subscriptions that its journal knows, also of those that no running host names any more.
 *
 * It walks along the positions, which are in the order of time but for milliseconds, and so needs no index: from where
 * it stopped last time, up to the first event that is too young.
 */
export class JournalRetention {
  private readonly text: string;
  private position = 0;

  constructor(
    private readonly journal: ContextJournal,
    private readonly days: number,
    private readonly batch = BATCH,
  ) {
    const schema = quoted(journal.schema);
    this.text = `
      WITH looked AS MATERIALIZED (
        SELECT position, stream IS NULL AS free, recorded_at < now() - $1 * interval '1 day' AS old FROM ${schema}.journal
        WHERE position > $2 AND position <= coalesce((SELECT min(position) FROM ${schema}.subscription_checkpoint), 9223372036854775807)
        ORDER BY position LIMIT $3),
      deleted AS (DELETE FROM ${schema}.journal j USING looked WHERE j.position = looked.position AND looked.free AND looked.old)
      SELECT max(position) AS last, min(position) FILTER (WHERE NOT old) AS first_young, count(*) AS looked FROM looked`;
  }

  /** Deletes one batch. Whether there may be more. */
  async deleteSome(): Promise<boolean> {
    const statement = { text: this.text, values: [this.days, this.position, this.batch] };
    const { rows } = await onConnection(await this.journal.dataSource(), (client) => client.query<unknown>(statement));
    const [{ last, first_young: firstYoung, looked }] = counts.parse(rows);
    if (last !== null) this.position = firstYoung === null ? last : firstYoung - 1;
    return looked === this.batch && firstYoung === null;
  }
}
