import { tellable } from '@isolith/contracts';
import { escapeIdentifier } from 'pg';
import { z } from 'zod';
import { type ConnectionSource, outsideOfUnits } from '@isolith/postgres/internal';

const EVERY_MS = 15_000;
/** What a start after a crash reads again: well under a second. */
const LOG_BYTES = 32 * 1024 * 1024;

const LogSince = z.tuple([z.object({ bytes: z.coerce.number() })]);
const Stale = z.array(z.object({ schema: z.string(), table: z.string() }));

/**
 * What a server's background processes would do. The embedded engine has none: its write-ahead log would grow until the
 * process ends (and be read again after a crash), dead rows would stay, and the planner would never see statistics.
 *
 * One timer, armed by use and by nothing else, so an idle database stays idle and a process may end. A round holds the
 * session for some tens of milliseconds: at most one checkpoint and one table.
 */
export class EngineUpkeep {
  readonly #source: ConnectionSource;
  readonly #onProblem: (line: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(source: ConnectionSource, onProblem: (line: string) => void) {
    this.#source = source;
    this.#onProblem = onProblem;
  }

  /** Somebody used the database: there will be something to do in a while. */
  used(): void {
    if (this.#timer !== undefined || this.#stopped) return;
    this.#timer = outsideOfUnits(() => setTimeout(() => void this.#tick(), EVERY_MS).unref());
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** `#timer` stays set during the round, whose own checkout counts as use and would arm it again for ever. */
  async #tick(): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      if (!this.#stopped) this.#onProblem(`upkeep of the embedded database failed: ${tellable(error).message}`);
    }
    this.#timer = undefined;
  }

  async round(): Promise<{ readonly checkpoint: boolean; readonly vacuumed: string | undefined }> {
    const { client, giveBack } = await this.#source.checkout();
    try {
      const log = await client.query(
        'SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), redo_lsn) AS bytes FROM pg_control_checkpoint()',
      );
      const checkpoint = LogSince.parse(log.rows)[0].bytes > LOG_BYTES;
      if (checkpoint) await client.query('CHECKPOINT');
      // The server's own thresholds for autovacuum, with a higher floor.
      const tables = await client.query(
        `SELECT schemaname AS schema, relname AS "table" FROM pg_stat_user_tables
          WHERE n_dead_tup > 1000 + 0.2 * n_live_tup OR n_mod_since_analyze > 1000 + 0.1 * n_live_tup
          ORDER BY n_dead_tup + n_mod_since_analyze DESC LIMIT 1`,
      );
      const [stale] = Stale.parse(tables.rows);
      if (stale === undefined) return { checkpoint, vacuumed: undefined };
      const name = `${escapeIdentifier(stale.schema)}.${escapeIdentifier(stale.table)}`;
      await client.query(`VACUUM (ANALYZE) ${name}`);
      return { checkpoint, vacuumed: name };
    } finally {
      giveBack();
    }
  }
}
