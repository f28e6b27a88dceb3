import type { RaceSubject } from '../harness/subject.js';

export const streamWriters: RaceSubject = {
  kind: 'race',
  name: 'stream.writers',
  title: 'Ten writers of one aggregate',
  operation: 'load, decide on the true state, record; all on one stream',
  needs: ['postgresql'],
  levels: [1, 10],
  goal: { ratio: { 10: 0.5 } },
  roundMs: 2_000,
  entries: [
    {
      name: 'pg, SELECT … FOR UPDATE',
      role: 'ceiling',
      module: 'contestants/stream-writers/raw.ts',
      differs: 'the state is a row that is locked, changed and written with the event; nothing is validated',
    },
    {
      name: 'Isolith',
      role: 'ours',
      module: 'contestants/stream-writers/ours.ts',
      differs:
        'the state is folded from a snapshot and the events after it; each event validated and copied by its contract',
    },
  ],
};
