import type { RaceSubject } from '../harness/subject.js';

const shared = {
  kind: 'race',
  operation: 'a command that records an event, until its subscriber in another context has committed a row',
  levels: [1, 64],
  goal: {},
} as const;

export const events: readonly RaceSubject[] = [
  {
    ...shared,
    name: 'events.one-process',
    title: 'From an event to its effect, both contexts in one process on PostgreSQL',
    needs: ['postgresql'],
    entries: [
      {
        name: 'raw pg',
        role: 'ceiling',
        module: 'contestants/events/raw.ts',
        differs:
          'the command and the effect are one statement each; the event is handed over by a call, not read from the journal; no order per key, no checkpoint',
      },
      {
        name: 'Isolith',
        role: 'ours',
        module: 'contestants/events/ours.ts',
        differs: 'the event is read from the journal behind a fence, so that none is passed over',
      },
    ],
    notes: ['No goal was set for this subject.'],
  },
  {
    ...shared,
    name: 'events.split',
    title: 'From an event to its effect, each context a process of its own',
    needs: ['postgresql', 'rabbitmq'],
    entries: [
      {
        name: 'raw pg + amqplib',
        role: 'ceiling',
        module: 'contestants/events/raw-split.ts',
        differs:
          'published by whoever recorded it, with a confirm, to a quorum queue; settled after the effect; no order per key, no checkpoint, no identity',
      },
      {
        name: 'Isolith',
        role: 'ours',
        module: 'contestants/events/ours-split.ts',
        differs: 'read from the journal behind a fence, relayed in order per key with a signed identity',
      },
    ],
    notes: [
      "The subscriber's process tells the sender's of each effect by a line over a plain connection, of ours and of the raw program alike. No goal was set for this subject.",
    ],
  },
];
