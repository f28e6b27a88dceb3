import { randomUUID } from 'node:crypto';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { countingRows } from '../journal/added-rows.js';
import { lineOf } from '../journal/line-added.js';
import { APPEND_MANY, EVENT_TYPE, metadataOf, openRawJournal } from '../journal/raw-journal.js';

const EVENTS = 100;

export const open = async (surroundings: Surroundings): Promise<Contestant> => {
  const pool = await openRawJournal(surroundings);
  const append = async (): Promise<void> => {
    const id = randomUUID();
    const correlation = randomUUID();
    const events = Array.from({ length: EVENTS }, (_, index) => ({
      data: lineOf(id, index + 1),
      metadata: metadataOf(correlation),
    }));
    await pool.query({ ...APPEND_MANY, values: [`basket-${id}`, 0, EVENT_TYPE, 1, id, JSON.stringify(events)] });
  };
  return {
    run: countingRows({ pool, table: 'baskets.journal', position: 'position' }, EVENTS, (work) =>
      keepBusy(work, append),
    ),
    close: () => pool.end(),
  };
};
