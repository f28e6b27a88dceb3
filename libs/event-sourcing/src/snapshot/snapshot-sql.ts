import { quoted } from '@isolith/postgres/internal';

/** The statements of one context's aggregates. */
export interface AggregateSql {
  /** $1 stream: its events in order. */
  readonly stream: string;
  /**
   * $1 stream, $2 digest: its snapshot of that digest, if there is one, then the events after it. One statement sees
   * one moment.
   */
  readonly streamFromSnapshot: string;
  /** $1 stream, $2 digest, $3 version, $4 state. */
  readonly keep: string;
  /** $1 stream, $2 digest: snapshots of other shapes, which no release that runs beside this one has made for a day. */
  readonly forget: string;
  /** $1 stream: whoever changes it under this lock meets nobody else who does. */
  readonly lock: string;
}

export function aggregateSql(schemaName: string): AggregateSql {
  const schema = quoted(schemaName);
  return {
    stream: `SELECT version, type, schema_version, data FROM ${schema}.journal WHERE stream = $1 ORDER BY version`,
    streamFromSnapshot: `
      WITH kept AS (SELECT version, state FROM ${schema}.snapshot WHERE stream = $1 AND digest = $2)
      SELECT version, NULL AS type, NULL::int AS schema_version, state AS data FROM kept
      UNION ALL
      SELECT version, type, schema_version, data FROM ${schema}.journal
      -- The upper bound is no bound. A range between values that a planner does not know is taken for narrow, an open one for a third of
      -- the table: it would read all of a long stream to find the few events at its end.
      WHERE stream = $1 AND version > coalesce((SELECT version FROM kept), 0) AND version <= 2147483647
      ORDER BY version`,
    keep: `
      INSERT INTO ${schema}.snapshot AS known (stream, digest, version, state) VALUES ($1, $2, $3, $4::jsonb)
      ON CONFLICT (stream, digest) DO UPDATE SET version = EXCLUDED.version, state = EXCLUDED.state, taken_at = now()
      WHERE known.version < EXCLUDED.version`,
    forget: `DELETE FROM ${schema}.snapshot WHERE stream = $1 AND digest <> $2 AND taken_at < now() - interval '1 day'`,
    lock: `SELECT pg_advisory_xact_lock(hashtextextended('${schema.replaceAll("'", "''")} ' || $1, 0))`,
  };
}
