import { runAs } from '@isolith/message-bus';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { basketOf, BASKETS, LineAdded, LONG, LONG_BASKET, LONG_STREAM, lineOf } from '../journal/line-added.js';
import { basket } from '../journal/basket.js';
import { openOurJournal } from '../journal/our-journal.js';

export const open = async (surroundings: Surroundings): Promise<Contestant> => {
  const { unit, aggregates, close } = await openOurJournal(surroundings);
  const events = Array.from({ length: LONG }, (_, index) => new LineAdded(lineOf(LONG_STREAM, index + 1)));
  await runAs(BASKETS, () => unit.run(async () => unit.append(LONG_STREAM, 0, events)));
  const expected = basketOf(LONG);
  const load = (): Promise<void> =>
    runAs(BASKETS, async () => {
      const {
        state: { lines, totalMinor },
        version,
      } = await aggregates.load(basket, LONG_BASKET);
      if (version !== LONG || lines !== expected.lines || totalMinor !== expected.totalMinor)
        throw new Error(`loaded ${lines} lines of ${totalMinor}`);
    });
  return { run: (work) => keepBusy(work, load), close };
};
