import { runAs } from '@isolith/message-bus';
import type { Contestant, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { basketOf, BASKETS, evolve, LineAdded, LONG, LONG_STREAM, lineOf, type Basket } from '../journal/line-added.js';
import { openOurJournal } from '../journal/our-journal.js';

export const open = async (surroundings: Surroundings): Promise<Contestant> => {
  const { unit, store, close } = await openOurJournal(surroundings);
  const events = Array.from({ length: LONG }, (_, index) => new LineAdded(lineOf(LONG_STREAM, index + 1)));
  await runAs(BASKETS, () => unit.run(async () => unit.append(LONG_STREAM, 0, events)));
  const aggregate = { initial: (): Basket => ({ lines: 0, totalMinor: 0 }), evolve, events: [LineAdded] };
  const expected = basketOf(LONG);
  const load = (): Promise<void> =>
    runAs(BASKETS, async () => {
      const {
        state: { lines, totalMinor },
        version,
      } = await store.load<Basket, LineAdded>(LONG_STREAM, aggregate);
      if (version !== LONG || lines !== expected.lines || totalMinor !== expected.totalMinor)
        throw new Error(`loaded ${lines} lines of ${totalMinor}`);
    });
  return { run: (work) => keepBusy(work, load), close };
};
