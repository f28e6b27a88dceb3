import type { RaceSubject } from '../harness/subject.js';

export const streamLoad: RaceSubject = {
  kind: 'race',
  name: 'stream.load',
  title: 'Loading a stream of 10,000 events',
  operation: 'all events of the stream read in order and folded into a state',
  needs: ['postgresql'],
  levels: [1],
  goal: { atMostUs: 64_000 },
  roundMs: 2_000,
  entries: [
    {
      name: 'pg',
      role: 'ceiling',
      module: 'contestants/stream-load/raw.ts',
      differs: 'one named prepared statement; the driver parses the JSON',
    },
    {
      name: 'Isolith',
      role: 'ours',
      module: 'contestants/stream-load/ours.ts',
      differs: 'instances of the event classes, versions and schema versions checked',
    },
    { name: 'emmett', role: 'peer', module: 'peers/emmett/stream-load.ts' },
  ],
  notes: ['From its first event on, as an aggregate without snapshots is loaded.'],
};
