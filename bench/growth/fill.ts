import { Client } from 'pg';
import { ballast, HANDED_OVER } from './ballast.js';

/** Orders per statement: progress is seen, and no transaction is long. */
const AT_ONCE = 50_000;

/**
 * Fills the tables of a shop that is not running, as if it had taken so many orders, and leaves them as a database has
 * them that has been up for a while: analysed, vacuumed, written back. Throws when rows are missing.
 */
export async function fill(databaseUrl: string, orders: number, progress: (line: string) => void): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // Ballast need not survive this machine.
    await client.query('SET synchronous_commit = off');
    for (const { table, sql } of ballast) {
      progress(`fills ${table}`);
      let written = 0;
      for (let first = 1; first <= orders; first += AT_ONCE) {
        const { rowCount } = await client.query(sql, [first, Math.min(orders, first + AT_ONCE - 1)]);
        written += rowCount ?? 0;
      }
      if (written < orders) throw new Error(`${table} has got ${written} rows for ${orders} orders`);
    }
    for (const sql of HANDED_OVER) await client.query(sql);
    progress('vacuums and analyses');
    await client.query('VACUUM (ANALYZE)');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
