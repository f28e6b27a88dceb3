import { quoted } from '@isolith/postgres/internal';
import type { SingleStatements } from '@isolith/journal/internal';
import { z } from 'zod';

/**
 * Sagas that one statement deletes with their timelines: it holds its locks, and the embedded engine, for some
 * milliseconds.
 */
const BATCH = 250;

/** What `SagaRetention` works with. */
export interface SagaRetentionParts {
  readonly context: string;
  readonly schema: string;
  readonly statements: Pick<SingleStatements, 'run'>;
  /** How long ended sagas are kept, in days of 24 hours by the database's clock. Asked with each batch. */
  readonly days: () => number;
  readonly log: { debug(entry: object): void };
  /** Default 250. */
  readonly batch?: number;
}

const counted = z.object({ deleted: z.int() });

/**
 * Deletes the ended sagas of a context that are older than they have to be, each together with its timeline. What has
 * ended never changes again, so nobody is kept from anything; a begin with the same id waits for the statement and then
 * begins anew.
 */
export class SagaRetention {
  private readonly text: string;
  /** Since it was last said. */
  private deleted = 0;

  constructor(private readonly parts: SagaRetentionParts) {
    const schema = quoted(parts.schema);
    // The longest begun first, by the index on their begin: who has ended so long ago had begun before that. Those
    // among them that ended since are looked at in vain, and are few. Hosts may do this at once: each passes over what
    // the other is deleting.
    this.text = `WITH old AS MATERIALIZED (
        SELECT name, id FROM ${schema}.saga
        WHERE status IN ('completed', 'compensated', 'taken-over')
          AND created_at < now() - $1::int * interval '1 day' AND updated_at < now() - $1::int * interval '1 day'
        ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED),
      timelines AS (DELETE FROM ${schema}.saga_transition t USING old WHERE t.name = old.name AND t.id = old.id),
      sagas AS (DELETE FROM ${schema}.saga s USING old WHERE s.name = old.name AND s.id = old.id RETURNING s.id)
      SELECT count(*)::int AS deleted FROM sagas`;
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
        message: `${this.deleted} sagas of ${context} that ended more than ${keptDays} days ago were deleted, with their timelines`,
        count: this.deleted,
      });
    this.deleted = 0;
    return false;
  }
}
