import { randomUUID } from 'node:crypto';
import { Databases } from '@isolith/postgres';
import { journalMigrations } from '@isolith/journal';
import { Pool } from 'pg';
import { COUNT_SALES, POOL_SIZE, SALE_TABLE } from './sale-table.js';

/**
 * Inbox and event of the command in one statement; the transaction id comes before the position, or readers of the
 * outbox could pass a row.
 */
const SELL = {
  name: 'sell',
  text: `WITH handled AS (INSERT INTO till.inbox (consumer, message_id, digest, outcome) VALUES ('*', $1, $2, '{"outcome": "success"}'))
  INSERT INTO till.journal (type, schema_version, key, data, metadata) SELECT 'till.sold', 1, $1, $3::jsonb, $4::jsonb WHERE pg_current_xact_id() IS NOT NULL`,
};
/** The effect and what keeps it from happening twice, in one statement. */
const ENTER = {
  name: 'enter',
  text: `WITH handled AS (INSERT INTO ledger.inbox (consumer, message_id) VALUES ('sales', $1))
  INSERT INTO ledger.sale (id, sku, quantity) VALUES ($2, $3, $4)`,
};
const DIGEST = 'a'.repeat(64);

export interface Sold {
  readonly eventId: string;
  readonly id: string;
  readonly sku: string;
  readonly quantity: number;
}

/** A pool on a database with the tables and indexes that contexts of ours have: rows cost the same. */
export async function openRawSales(databaseUrl: string): Promise<Pool> {
  const databases = new Databases({ targetOf: () => ({ kind: 'postgres', url: databaseUrl, poolSize: 1 }) });
  for (const context of ['till', 'ledger'])
    await databases.open({ context, entities: [], migrations: [...journalMigrations] });
  await databases.close();
  const pool = new Pool({ connectionString: databaseUrl, max: POOL_SIZE });
  await pool.query(SALE_TABLE);
  return pool;
}

export async function sell(pool: Pool, id: string, sku: string, quantity: number): Promise<Sold> {
  const eventId = randomUUID();
  const metadata = {
    id: eventId,
    correlationid: randomUUID().replaceAll('-', ''),
    causationid: id,
    principal: { service: 'till', user: 'u-1', roles: [] },
  };
  await pool.query({ ...SELL, values: [id, DIGEST, JSON.stringify({ id, sku, quantity }), JSON.stringify(metadata)] });
  return { eventId, id, sku, quantity };
}

export async function enter(pool: Pool, { eventId, id, sku, quantity }: Sold): Promise<void> {
  await pool.query({ ...ENTER, values: [eventId, id, sku, quantity] });
}

export const count = async (pool: Pool): Promise<number> =>
  (await pool.query<{ count: number }>(COUNT_SALES)).rows[0]?.count ?? 0;
