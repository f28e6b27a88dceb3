import type { RaceSubject } from '../harness/subject.js';

export const appendHundred: RaceSubject = {
  kind: 'race',
  name: 'append.hundred',
  title: 'Appending a hundred events, outbox included',
  operation: 'a hundred events to a stream of their own in one commit; 10 connections',
  needs: ['postgresql'],
  levels: [1, 16, 64],
  goal: { ratio: { 1: 0.9, 16: 0.9, 64: 0.9 } },
  entries: [
    {
      name: 'pg',
      role: 'ceiling',
      module: 'contestants/append-hundred/raw.ts',
      differs: 'one named prepared statement into the same table; nothing is validated',
    },
    {
      name: 'Isolith',
      role: 'ours',
      module: 'contestants/append-hundred/ours.ts',
      differs: 'a unit of work; each event validated and copied by its contract',
    },
    {
      name: 'emmett',
      role: 'peer',
      module: 'peers/emmett/append-hundred.ts',
      differs: 'nothing is validated; no outbox',
    },
  ],
  notes: [
    'Not reached: a hundred events are validated, copied and kept as instances until the commit; the ceiling writes plain objects. Arrays per column, VALUES and recordsets were slower than one document.',
  ],
};
