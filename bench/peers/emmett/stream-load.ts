import { STREAM_DOES_NOT_EXIST } from '@event-driven-io/emmett';
import {
  basketOf,
  evolve,
  LONG,
  LONG_STREAM,
  lineOf,
  type Basket,
  type Line,
} from '../../contestants/journal/line-added.ts';
import type { Contestant, Surroundings } from '../../harness/contestant.ts';
import { keepBusy } from '../../harness/keep-busy.ts';
import { openStore } from './store.ts';

type Added = { readonly type: 'line-added'; readonly data: Line & Record<string, unknown> };

export const open = async (surroundings: Surroundings): Promise<Contestant> => {
  const { store, close } = await openStore(surroundings);
  const events = Array.from({ length: LONG }, (_, index): Added => ({
    type: 'line-added',
    data: { ...lineOf(LONG_STREAM, index + 1) },
  }));
  await store.appendToStream<Added>(LONG_STREAM, events, { expectedStreamVersion: STREAM_DOES_NOT_EXIST });
  const expected = basketOf(LONG);
  const load = async (): Promise<void> => {
    const {
      state: { lines, totalMinor },
    } = await store.aggregateStream<Basket, Added>(LONG_STREAM, {
      initialState: () => ({ lines: 0, totalMinor: 0 }),
      evolve: (basket, { data }) => evolve(basket, data),
    });
    if (lines !== expected.lines || totalMinor !== expected.totalMinor)
      throw new Error(`loaded ${lines} lines of ${totalMinor}`);
  };
  return { run: (work) => keepBusy(work, load), close };
};
