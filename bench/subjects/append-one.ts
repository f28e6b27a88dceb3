import type { RaceSubject } from '../harness/subject.js';

export const appendOne: RaceSubject = {
  kind: 'race',
  name: 'append.one',
  title: 'Appending one event, outbox included',
  operation: 'one event to a stream of its own, committed; 10 connections',
  needs: ['postgresql'],
  levels: [1, 16, 64],
  goal: { ratio: { 1: 0.95, 16: 0.95, 64: 0.95 } },
  entries: [
    {
      name: 'pg',
      role: 'ceiling',
      module: 'contestants/append-one/raw.ts',
      differs: 'one named prepared statement into the same table; nothing is validated',
    },
    {
      name: 'Isolith',
      role: 'ours',
      module: 'contestants/append-one/ours.ts',
      differs: 'a unit of work; the event validated and copied by its contract',
    },
    { name: 'emmett', role: 'peer', module: 'peers/emmett/append-one.ts', differs: 'nothing is validated; no outbox' },
  ],
  notes: [
    'Not reached by little: about 25 µs of processor time per event remain for validation, the scope and the promises of a unit of work. Both are one statement and one commit. From run to run the ratio at 1 is .91 to .98, at 16 .82 to .96.',
    'Nobody subscribes to the events: what it costs to relay them is measured as event to effect.',
  ],
};
