import { randomUUID } from 'node:crypto';
import { Databases } from '@isolith/postgres';
import { journalMigrations } from '@isolith/journal';
import { Pool } from 'pg';
import type { Surroundings } from '../../harness/contestant.js';
import { BASKETS, POOL_SIZE } from './line-added.js';

/** A pool on a database with the tables and indexes that a context of ours has: rows cost the same. */
export async function openRawJournal({ databaseUrl }: Surroundings): Promise<Pool> {
  const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: databaseUrl, poolSize: 1 }) });
  await databases.open({ context: BASKETS, entities: [], migrations: [...journalMigrations] });
  await databases.close();
  return new Pool({ connectionString: databaseUrl, max: POOL_SIZE });
}

export const EVENT_TYPE = 'baskets.line-added';

const principal = { service: BASKETS, roles: [] };

/** What stands beside an event's data, with the same fields as ours. */
export const metadataOf = (correlationid: string): object => ({ id: randomUUID(), correlationid, principal });

/**
 * One event is one row, which is the outbox too; who else writes the stream meets the unique index. The transaction id
 * is taken before the position is drawn, or readers of the outbox could pass a row that is not committed yet.
 */
export const APPEND_ONE = {
  name: 'append-one',
  text: `INSERT INTO ${BASKETS}.journal (stream, version, type, schema_version, key, data, metadata)
    SELECT $1, $2::int, $3, $4::int, $5, $6::jsonb, $7::jsonb WHERE pg_current_xact_id() IS NOT NULL`,
};

/**
 * Events of one stream: what is the same in all of them is sent once, the others as one document, which beats an array
 * per column.
 */
export const APPEND_MANY = {
  name: 'append-many',
  text: `INSERT INTO ${BASKETS}.journal (stream, version, type, schema_version, key, data, metadata)
    SELECT $1, $2::int + nth, $3, $4::int, $5, event->'data', event->'metadata'
    FROM jsonb_array_elements($6::jsonb) WITH ORDINALITY AS events (event, nth)
    WHERE pg_current_xact_id() IS NOT NULL ORDER BY nth`,
};

export const LOAD_STREAM = {
  name: 'load-stream',
  text: `SELECT version, type, schema_version, data FROM ${BASKETS}.journal WHERE stream = $1 ORDER BY version`,
};
