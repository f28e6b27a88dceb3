import { runAs } from '@isolith/message-bus';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { countingRows } from '../journal/added-rows.js';
import { snappedBasket } from '../journal/basket.js';
import { BASKETS } from '../journal/line-added.js';
import { openOurJournal } from '../journal/our-journal.js';

export const open = async (surroundings: Surroundings): Promise<Contestant> => {
  const { aggregates, pool, close } = await openOurJournal(surroundings);
  const add = (): Promise<void> =>
    runAs(BASKETS, () => aggregates.change(snappedBasket, 'hot', { want: 'add' } as const));
  return {
    run: countingRows({ pool, table: 'baskets.journal', position: 'position' }, 1, (work) => keepBusy(work, add)),
    close,
  };
};
