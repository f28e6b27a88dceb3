import { randomUUID } from 'node:crypto';
import { STREAM_DOES_NOT_EXIST } from '@event-driven-io/emmett';
import { lineOf } from '../../contestants/journal/line-added.ts';
import type { Contestant, Surroundings } from '../../harness/contestant.ts';
import { keepBusy } from '../../harness/keep-busy.ts';
import { openStore } from './store.ts';

const EVENTS = 100;

export const open = async (surroundings: Surroundings): Promise<Contestant> => {
  const { store, counting, close } = await openStore(surroundings);
  const append = async (): Promise<void> => {
    const id = randomUUID();
    const events = Array.from({ length: EVENTS }, (_, index) => ({
      type: 'line-added',
      data: { ...lineOf(id, index + 1) },
    }));
    await store.appendToStream(`basket-${id}`, events, { expectedStreamVersion: STREAM_DOES_NOT_EXIST });
  };
  return { run: counting(EVENTS, (work) => keepBusy(work, append)), close };
};
