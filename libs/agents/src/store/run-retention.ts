import { quoted } from '@isolith/postgres/internal';
import type { SingleStatements } from '@isolith/journal/internal';
import { z } from 'zod';

/** Rows of a table that one statement deletes: it holds its locks, and the embedded engine, for some milliseconds. */
const BATCH = 100;
/** Days that are over count for nobody; kept so long that an attempt that began on one can be settled. */
const USE_DAYS = 35;

export interface RunRetentionParts {
  readonly context: string;
  readonly schema: string;
  readonly statements: Pick<SingleStatements, 'run'>;
  /** How long runs are kept, in days of 24 hours by the database's clock. Asked with each batch. */
  readonly days: () => number;
  readonly log: { debug(entry: object): void };
  /** Default 100. */
  readonly batch?: number;
}

const counted = z.object({ deleted: z.int() });

/**
 * Deletes what is older than it has to be: runs that rest and that nobody has changed for so long, with all that was
 * said in them, and the days of which nobody asks any more what was used. Hosts may do this at once: each passes over
 * what the other is deleting.
 */
export class RunRetention {
  private readonly runs: string;
  private readonly uses: string;
  /** Since it was last said. */
  private deleted = 0;

  constructor(private readonly parts: RunRetentionParts) {
    const schema = quoted(parts.schema);
    this.runs = `WITH old AS MATERIALIZED (
        SELECT id FROM ${schema}.agent_run WHERE status = 'resting' AND changed_at < now() - $1::int * interval '1 day'
        ORDER BY changed_at LIMIT $2 FOR UPDATE SKIP LOCKED),
      gone AS (DELETE FROM ${schema}.agent_run r USING old WHERE r.id = old.id RETURNING r.id)
      SELECT count(*)::int AS deleted FROM gone`;
    this.uses = `WITH old AS MATERIALIZED (
        SELECT scope, agent, day, owner FROM ${schema}.agent_use WHERE day < current_date - $1::int
        ORDER BY day LIMIT $2 FOR UPDATE SKIP LOCKED),
      gone AS (DELETE FROM ${schema}.agent_use u USING old
        WHERE (u.scope, u.agent, u.day, u.owner) = (old.scope, old.agent, old.day, old.owner) RETURNING u.day)
      SELECT count(*)::int AS deleted FROM gone`;
  }

  /** Deletes one batch of each. Whether there may be more; what went is said with the last of them. */
  async deleteSome(): Promise<boolean> {
    const { context, statements, days, log, batch = BATCH } = this.parts;
    const keptDays = days();
    const [runs] = await statements.run(counted, { text: this.runs }, [keptDays, batch]);
    const [uses] = await statements.run(counted, { text: this.uses }, [USE_DAYS, batch]);
    const deleted = runs?.deleted ?? 0;
    this.deleted += deleted;
    if (deleted === batch || uses?.deleted === batch) return true;
    if (this.deleted > 0)
      log.debug({
        message: `${this.deleted} runs of agents of ${context} that nobody has changed for ${keptDays} days were deleted`,
        count: this.deleted,
      });
    this.deleted = 0;
    return false;
  }
}
