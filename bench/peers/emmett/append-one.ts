import { randomUUID } from 'node:crypto';
import { STREAM_DOES_NOT_EXIST } from '@event-driven-io/emmett';
import { lineOf } from '../../contestants/journal/line-added.ts';
import type { Contestant, Surroundings } from '../../harness/contestant.ts';
import { keepBusy } from '../../harness/keep-busy.ts';
import { openStore } from './store.ts';

export const open = async (surroundings: Surroundings): Promise<Contestant> => {
  const { store, counting, close } = await openStore(surroundings);
  const append = async (): Promise<void> => {
    const id = randomUUID();
    await store.appendToStream(`basket-${id}`, [{ type: 'line-added', data: { ...lineOf(id, 1) } }], {
      expectedStreamVersion: STREAM_DOES_NOT_EXIST,
    });
  };
  return { run: counting(1, (work) => keepBusy(work, append)), close };
};
