import { randomUUID } from 'node:crypto';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { countingRows } from '../journal/added-rows.js';
import { lineOf } from '../journal/line-added.js';
import { APPEND_ONE, EVENT_TYPE, metadataOf, openRawJournal } from '../journal/raw-journal.js';

export const open = async (surroundings: Surroundings): Promise<Contestant> => {
  const pool = await openRawJournal(surroundings);
  const append = async (): Promise<void> => {
    const id = randomUUID();
    await pool.query({
      ...APPEND_ONE,
      values: [
        `basket-${id}`,
        1,
        EVENT_TYPE,
        1,
        id,
        JSON.stringify(lineOf(id, 1)),
        JSON.stringify(metadataOf(randomUUID())),
      ],
    });
  };
  return {
    run: countingRows({ pool, table: 'baskets.journal', position: 'position' }, 1, (work) => keepBusy(work, append)),
    close: () => pool.end(),
  };
};
