import { quoted } from '@isolith/postgres/internal';
import type { SingleStatements } from '@isolith/journal/internal';
import { z } from 'zod';

/** Events that one statement deletes. */
const BATCH = 1_000;

/** What `SignalRetention` works with. */
export interface SignalRetentionParts {
  readonly context: string;
  readonly schema: string;
  readonly statements: Pick<SingleStatements, 'run'>;
  /** How long events are kept, in days of 24 hours by the database's clock. Asked with each batch. */
  readonly days: () => number;
  readonly log: { debug(entry: object): void };
  /** Default 1,000. */
  readonly batch?: number;
}

const counted = z.object({ deleted: z.int() });

/** Deletes events that have come for sagas of a context and are older than they have to be, the longest kept first. */
export class SignalRetention {
  private readonly text: string;
  /** Since it was last said. */
  private deleted = 0;

  constructor(private readonly parts: SignalRetentionParts) {
    const table = `${quoted(parts.schema)}.saga_signal`;
    // Hosts may do this at once: each passes over what the other is deleting.
    this.text = `WITH old AS MATERIALIZED (
        SELECT contract, key, event_id FROM ${table} WHERE arrived_at < now() - $1::int * interval '1 day'
        ORDER BY arrived_at LIMIT $2 FOR UPDATE SKIP LOCKED),
      gone AS (
        DELETE FROM ${table} s USING old WHERE s.contract = old.contract AND s.key = old.key AND s.event_id = old.event_id RETURNING 1)
      SELECT count(*)::int AS deleted FROM gone`;
  }

  /** Deletes one batch. Whether there may be more; what went is said with the last of them. */
  async deleteSome(): Promise<boolean> {
    const { context, statements, days, log, batch = BATCH } = this.parts;
    const keptDays = days();
    const [counts] = await statements.run(counted, { text: this.text }, [keptDays, batch]);
    const deleted = counts?.deleted ?? 0;
    this.deleted += deleted;
    if (deleted === batch) return true;
    if (this.deleted > 0)
      log.debug({
        message: `${this.deleted} events for sagas of ${context} that came more than ${keptDays} days ago were deleted`,
        count: this.deleted,
      });
    this.deleted = 0;
    return false;
  }
}
