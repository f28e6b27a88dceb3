import { randomUUID } from 'node:crypto';
import { runAs } from '@isolith/message-bus';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { countingRows } from '../journal/added-rows.js';
import { BASKETS, LineAdded, lineOf } from '../journal/line-added.js';
import { openOurJournal } from '../journal/our-journal.js';

const EVENTS = 100;

export const open = async (surroundings: Surroundings): Promise<Contestant> => {
  const { unit, pool, close } = await openOurJournal(surroundings);
  // As work that the context starts by itself: each with a correlation of its own.
  const append = (): Promise<void> =>
    runAs(BASKETS, () =>
      unit.run(async () => {
        const id = randomUUID();
        unit.append(
          `basket-${id}`,
          0,
          Array.from({ length: EVENTS }, (_, index) => new LineAdded(lineOf(id, index + 1))),
        );
      }),
    );
  return {
    run: countingRows({ pool, table: 'baskets.journal', position: 'position' }, EVENTS, (work) =>
      keepBusy(work, append),
    ),
    close,
  };
};
