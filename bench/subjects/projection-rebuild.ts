import { setTimeout as pause } from 'node:timers/promises';
import { runAs } from '@isolith/message-bus';
import { Pool } from 'pg';
import { freshDatabase } from '../../test/support/database.js';
import { ADD_TO_TOTALS, basketTotals, TOTALS_TABLE } from '../contestants/journal/basket-totals.js';
import { fill } from '../contestants/journal/fill.js';
import { BASKETS } from '../contestants/journal/line-added.js';
import { openOurJournal, type OurJournal } from '../contestants/journal/our-journal.js';
import { EVENT_TYPE } from '../contestants/journal/raw-journal.js';
import type { FigureSubject } from '../harness/subject.js';

/** Events of one transaction, of ours and of the raw program alike. */
const BATCH = 500;
/** The raw program's time may be exceeded by so much: .7 of its pace. */
const MOST_TIMES = 1 / 0.7;
const MOST_GROWTH = 1.1;

/** The same rows in the same batches, without anything that is checked or could be resumed elsewhere. */
async function rawMs(databaseUrl: string): Promise<number> {
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  const client = await pool.connect();
  try {
    await client.query(TOTALS_TABLE('baskets.raw_totals'));
    await client.query('CREATE TABLE baskets.raw_checkpoint AS SELECT 0::bigint AS position');
    const began = performance.now();
    let position = '0';
    for (;;) {
      const { rows } = await client.query<{
        position: string;
        data: { basketId: string; quantity: number; priceMinor: number };
      }>({
        name: 'read',
        text: 'SELECT position, data FROM baskets.journal WHERE position > $1 AND type = $2 ORDER BY position LIMIT $3',
        values: [position, EVENT_TYPE, BATCH],
      });
      const last = rows.at(-1);
      if (last === undefined) return performance.now() - began;
      await client.query('BEGIN');
      for (const {
        data: { basketId, quantity, priceMinor },
      } of rows)
        await client.query({
          name: 'add',
          text: ADD_TO_TOTALS('baskets.raw_totals'),
          values: [basketId, quantity * priceMinor],
        });
      ({ position } = last);
      await client.query({ name: 'move', text: 'UPDATE baskets.raw_checkpoint SET position = $1', values: [position] });
      await client.query('COMMIT');
    }
  } finally {
    client.release();
    await pool.end();
  }
}

interface Rebuilt {
  readonly ms: number;
  /** Resident memory in the last quarter of the time, of that in the second. */
  readonly growth: number;
}

async function rebuilt({ projections }: OurJournal): Promise<Rebuilt> {
  const status = () => runAs(BASKETS, () => projections.status());
  const isLive = async (generation: number): Promise<boolean> =>
    (await status()).some((build) => build.generation === generation && build.status === 'live');
  const untilLive = async (generation: number, sample: () => void): Promise<void> => {
    while (!(await isLive(generation))) {
      sample();
      await pause(100);
    }
  };
  await untilLive(1, () => undefined);
  const sizes: number[] = [];
  const began = performance.now();
  await runAs(BASKETS, () => projections.rebuild('basket-totals'));
  await untilLive(2, () => sizes.push(process.memoryUsage().rss));
  const ms = performance.now() - began;
  const quarter = (nth: number): number => {
    const part = sizes.slice(Math.floor((sizes.length * nth) / 4), Math.ceil((sizes.length * (nth + 1)) / 4));
    return part.reduce((sum, size) => sum + size, 0) / Math.max(1, part.length);
  };
  return { ms, growth: quarter(3) / quarter(1) };
}

export const projectionRebuild: FigureSubject = {
  kind: 'figures',
  name: 'projection.rebuild',
  title: 'A projection of a long journal, built anew beside the one that answers',
  needs: ['postgresql'],
  onlyNamed: true,
  notes: [
    'The raw program reads and writes the same rows in the same batches of 500 events, one statement after the other, with a checkpoint in the transaction; nothing is validated, no other host could go on with it. Ours sends statements sixteen at a time.',
  ],
  measure: async ({ quick, progress }) => {
    const events = quick ? 50_000 : 1_000_000;
    const database = await freshDatabase();
    const journal = await openOurJournal({ databaseUrl: database.url, transportUrl: '' }, [basketTotals]);
    try {
      progress(`projection.rebuild: writes ${events} events`);
      await journal.pool.query(
        fill(events, { basket: `'basket-' || (n % ${events / 10})`, version: `1 + n / ${events / 10}` }),
      );
      await journal.pool.query('VACUUM ANALYZE baskets.journal');
      progress('projection.rebuild: Isolith');
      const { ms, growth } = await rebuilt(journal);
      progress('projection.rebuild: raw pg');
      const raw = await rawMs(database.url);
      const { rows } = await journal.pool.query<{ same: boolean }>(
        `SELECT NOT EXISTS ((SELECT * FROM baskets.raw_totals EXCEPT SELECT * FROM baskets.basket_totals_v1)
          UNION ALL (SELECT * FROM baskets.basket_totals_v1 EXCEPT SELECT * FROM baskets.raw_totals)) AS same`,
      );
      if (rows[0]?.same !== true) throw new Error('the projection is another one than that of the raw program');
      return [
        { name: 'raw pg', value: Math.round((1_000 * events) / raw), unit: 'events/s' },
        { name: 'Isolith', value: Math.round((1_000 * events) / ms), unit: 'events/s' },
        { name: "of the raw program's time", value: ms / raw, unit: 'times', goal: MOST_TIMES },
        { name: 'memory in the last quarter, of that in the second', value: growth, unit: 'times', goal: MOST_GROWTH },
      ];
    } finally {
      await journal.close();
      await database.drop();
    }
  },
};
