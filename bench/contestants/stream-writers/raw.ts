import { randomUUID } from 'node:crypto';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { countingRows } from '../journal/added-rows.js';
import { lineOf, type Basket } from '../journal/line-added.js';
import { APPEND_ONE, EVENT_TYPE, metadataOf, openRawJournal } from '../journal/raw-journal.js';

/** The state in a row of its own: it is locked, decided on, and written with the event. */
export const open = async (surroundings: Surroundings): Promise<Contestant> => {
  const pool = await openRawJournal(surroundings);
  await pool.query(
    'CREATE TABLE baskets.basket (id text PRIMARY KEY, lines integer NOT NULL, total_minor bigint NOT NULL)',
  );
  await pool.query("INSERT INTO baskets.basket VALUES ('hot', 0, 0)");
  const add = async (): Promise<void> => {
    const client = await pool.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<Basket>({
        name: 'lock',
        text: 'SELECT lines, total_minor::float8 AS "totalMinor" FROM baskets.basket WHERE id = $1 FOR UPDATE',
        values: ['hot'],
      });
      const [{ lines, totalMinor } = { lines: 0, totalMinor: 0 }] = rows;
      const line = lineOf('hot', lines + 1);
      const metadata = JSON.stringify(metadataOf(randomUUID()));
      await client.query({
        ...APPEND_ONE,
        values: ['basket-hot', lines + 1, EVENT_TYPE, 1, 'hot', JSON.stringify(line), metadata],
      });
      await client.query({
        name: 'write',
        text: 'UPDATE baskets.basket SET lines = $2, total_minor = $3 WHERE id = $1',
        values: ['hot', lines + 1, totalMinor + line.quantity * line.priceMinor],
      });
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  };
  return {
    run: countingRows({ pool, table: 'baskets.journal', position: 'position' }, 1, (work) => keepBusy(work, add)),
    close: () => pool.end(),
  };
};
