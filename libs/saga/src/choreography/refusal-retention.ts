import { quoted } from '@isolith/postgres/internal';
import type { SingleStatements } from '@isolith/journal/internal';
import { z } from 'zod';

/** Rows that one statement deletes. */
const BATCH = 1_000;

const counted = z.object({ deleted: z.int() });

/**
 * Deletes counts of refusals that are older than they have to be. What they keep apart are ids that receivers know:
 * when those have forgotten an id, asking with it is asking anew. The count of an event that is parked is kept for as
 * long as somebody may replay it: without it the replay would ask under the id that was refused, and end as before
 * wherever a receiver remembers for longer than this context does.
 */
export class RefusalRetention {
  private readonly text: string;

  constructor(
    schema: string,
    private readonly statements: Pick<SingleStatements, 'run'>,
    /** How long counts are kept after the last refusal, in days of 24 hours by the database's clock. */
    private readonly days: () => number,
  ) {
    const table = `${quoted(schema)}.choreography_refusal`;
    this.text = `WITH old AS MATERIALIZED (
        SELECT r.ctid FROM ${table} r WHERE r.refused_at < now() - $1::int * interval '1 day'
          AND NOT EXISTS (SELECT FROM ${quoted(schema)}.parked_message p
            WHERE p.message_id = r.event_id AND p.subscription = substr(r.choreography, strpos(r.choreography, '.') + 1))
        LIMIT $2 FOR UPDATE OF r SKIP LOCKED),
      gone AS (DELETE FROM ${table} r USING old WHERE r.ctid = old.ctid RETURNING r.event_id)
      SELECT count(*)::int AS deleted FROM gone`;
  }

  /** Deletes one batch. Whether there may be more. */
  async deleteSome(): Promise<boolean> {
    const [counts] = await this.statements.run(counted, { text: this.text }, [this.days(), BATCH]);
    return counts?.deleted === BATCH;
  }
}
