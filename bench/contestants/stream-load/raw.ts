import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { basketOf, evolve, LONG, LONG_STREAM, lineOf, type Basket, type Line } from '../journal/line-added.js';
import { APPEND_MANY, EVENT_TYPE, LOAD_STREAM, metadataOf, openRawJournal } from '../journal/raw-journal.js';

export const open = async (surroundings: Surroundings): Promise<Contestant> => {
  const pool = await openRawJournal(surroundings);
  const events = Array.from({ length: LONG }, (_, index) => ({
    data: lineOf(LONG_STREAM, index + 1),
    metadata: metadataOf(LONG_STREAM),
  }));
  await pool.query({ ...APPEND_MANY, values: [LONG_STREAM, 0, EVENT_TYPE, 1, LONG_STREAM, JSON.stringify(events)] });
  const expected = basketOf(LONG);
  const load = async (): Promise<void> => {
    // The driver parses jsonb.
    const { rows } = await pool.query<{ version: number; type: string; data: Line }>({
      ...LOAD_STREAM,
      values: [LONG_STREAM],
    });
    const { lines, totalMinor } = rows.reduce<Basket>((basket, row) => evolve(basket, row.data), {
      lines: 0,
      totalMinor: 0,
    });
    if (lines !== expected.lines || totalMinor !== expected.totalMinor)
      throw new Error(`loaded ${lines} lines of ${totalMinor}`);
  };
  return { run: (work) => keepBusy(work, load), close: () => pool.end() };
};
