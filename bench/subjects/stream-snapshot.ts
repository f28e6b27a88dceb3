import { streamOf } from '@isolith/event-sourcing';
import { runAs } from '@isolith/message-bus';
import { freshDatabase } from '../../test/support/database.js';
import { snappedBasket } from '../contestants/journal/basket.js';
import { fill } from '../contestants/journal/fill.js';
import { basketOf, BASKETS } from '../contestants/journal/line-added.js';
import { openOurJournal, type OurJournal } from '../contestants/journal/our-journal.js';
import { spreadOf } from '../harness/statistics.js';
import type { FigureSubject } from '../harness/subject.js';

/** What a load from a snapshot may take beyond one of ten events, in milliseconds. */
const MOST_BEYOND_MS = 2;

async function loadMs({ aggregates, pool }: OurJournal, lines: number, loads: number): Promise<number> {
  const id = `of-${lines}`;
  await pool.query(fill(lines, { basket: `'${streamOf(snappedBasket, id)}'`, version: 'n' }));
  await pool.query('VACUUM ANALYZE baskets.journal');
  const load = () => runAs(BASKETS, () => aggregates.load(snappedBasket, id));
  // The first load reads all of it, and leaves a snapshot.
  let loaded = await load();
  while (loaded.read >= 100) loaded = await load();
  if (loaded.version !== lines || loaded.state.totalMinor !== basketOf(lines).totalMinor)
    throw new Error(`loaded ${loaded.version} lines of ${loaded.state.totalMinor}`);
  const times: number[] = [];
  for (let nth = 0; nth < loads; nth += 1) {
    const began = performance.now();
    await load();
    times.push(performance.now() - began);
  }
  return spreadOf(times).median;
}

export const streamSnapshot: FigureSubject = {
  kind: 'figures',
  name: 'stream.snapshot',
  title: 'Loading an aggregate with a snapshot, by the length of its stream',
  needs: ['postgresql'],
  notes: [
    'Medians of 500 loads, one after another. At most 2 ms more than that of ten events is the goal, however long the stream.',
  ],
  measure: async ({ quick, progress }) => {
    const database = await freshDatabase();
    const journal = await openOurJournal({ databaseUrl: database.url, transportUrl: '' });
    try {
      const figures = [];
      let ofTen = 0;
      for (const lines of [10, 1_000, 10_000, ...(quick ? [] : [1_000_000])]) {
        progress(`stream.snapshot: ${lines} events`);
        const value = await loadMs(journal, lines, quick ? 50 : 500);
        if (lines === 10) ofTen = value;
        const name = `load of ${lines.toLocaleString('en')} events`;
        figures.push({ name, value, unit: 'ms', ...(lines === 10 ? {} : { goal: ofTen + MOST_BEYOND_MS }) });
      }
      return figures;
    } finally {
      await journal.close();
      await database.drop();
    }
  },
};
