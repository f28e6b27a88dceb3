import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { onConnection } from '@isolith/postgres/internal';

/**
 * The transaction that holds readers back, as far as it may be seen: sessions of other roles only with
 * `pg_read_all_stats`. Never its query.
 */
export interface HorizonHolder {
  /** None for a transaction that was prepared for a two-phase commit: it has no session any more. */
  readonly pid?: number;
  readonly applicationName?: string;
  /** `active`, `idle in transaction`, …; `prepared`. */
  readonly state?: string;
  readonly database?: string;
}

/** How far readers of the journals of one database are held back. */
export interface HorizonAge {
  /** Contexts whose journals are there. */
  readonly contexts: readonly string[];
  /**
   * Age of the oldest transaction of the whole cluster that has written something and is still open, in seconds; 0 when
   * there is none.
   */
  readonly seconds: number;
  readonly holder?: HorizonHolder;
}

const text = z.string().nullable();
const row = z.object({
  xmin: z.string(),
  pid: z.int().nullable(),
  application_name: text,
  state: text,
  database: text,
  seconds: z.coerce.number().nullable(),
});

// The snapshot's lower end is the oldest transaction id in progress, of any database; its upper end is the next one to
// be given.
const OLDEST = `
  WITH cluster AS (SELECT pg_snapshot_xmin(s) AS xmin FROM pg_current_snapshot() AS s WHERE pg_snapshot_xmin(s) < pg_snapshot_xmax(s)),
  open AS (
    SELECT backend_xid AS xid, pid, application_name, state, datname AS database, xact_start AS since
    FROM pg_stat_activity WHERE backend_xid IS NOT NULL
    UNION ALL
    SELECT transaction, NULL, NULL, 'prepared', database, prepared FROM pg_prepared_xacts)
  SELECT xmin::text AS xmin, pid, application_name, state, database, extract(epoch FROM clock_timestamp() - since) AS seconds
  FROM cluster LEFT JOIN open ON open.xid = cluster.xmin::xid`;

/** Watches the oldest open transaction of one PostgreSQL cluster. */
export class Horizon {
  /** Since when the same transaction is the oldest, by `performance.now()`: for one whose session may not be seen. */
  private stuck: { readonly xmin: string; readonly since: number } | undefined;

  constructor(private readonly dataSource: () => Promise<DataSource>) {}

  async look(): Promise<Omit<HorizonAge, 'contexts'>> {
    const { rows } = await onConnection(await this.dataSource(), (client) => client.query<unknown>({ text: OLDEST }));
    const [oldest] = z.array(row).parse(rows);
    if (oldest === undefined) {
      this.stuck = undefined;
      return { seconds: 0 };
    }
    const { xmin, pid, application_name: applicationName, state, database, seconds } = oldest;
    if (this.stuck?.xmin !== xmin) this.stuck = { xmin, since: performance.now() };
    const watched = (performance.now() - this.stuck.since) / 1_000;
    const holder = {
      ...(pid === null ? {} : { pid }),
      ...(applicationName === null ? {} : { applicationName }),
      ...(state === null ? {} : { state }),
      ...(database === null ? {} : { database }),
    };
    return { seconds: Math.max(seconds ?? watched, 0), holder };
  }
}
