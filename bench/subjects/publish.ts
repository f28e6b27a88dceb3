import type { RaceSubject } from '../harness/subject.js';

export const publish: RaceSubject = {
  kind: 'race',
  name: 'publish',
  title: 'An event published to another process, over RabbitMQ',
  operation: 'an event of three fields, persistent, mandatory, confirmed by a quorum queue; 128 are unconfirmed',
  needs: ['rabbitmq'],
  levels: [128],
  goal: { ratio: { 128: 0.95 } },
  entries: [
    {
      name: 'amqplib',
      role: 'ceiling',
      module: 'contestants/publish/raw.ts',
      differs: "JSON of the fields alone; order, identity and a lost connection are nobody's concern",
    },
    {
      name: 'Isolith',
      role: 'ours',
      module: 'contestants/publish/ours.ts',
      differs:
        'an envelope of 600 bytes with signed identity; one unconfirmed event per key; a bounded queue that refuses, with dead letters',
    },
    {
      name: '@nestjs/microservices',
      role: 'peer',
      module: 'peers/nest/publish.ts',
      differs: 'not mandatory: without a queue it would be lost in silence',
    },
    {
      name: 'golevelup',
      role: 'peer',
      module: 'peers/golevelup/publish.ts',
      differs: 'on NestJS 11 and amqplib 0.10; what comes back is not noticed',
    },
    {
      name: 'rabbitmq-client',
      role: 'peer',
      module: 'peers/rabbitmq-client/publish.mjs',
      differs: 'a client of its own, without a framework',
    },
  ],
  notes: [
    'Not reached: an envelope of 600 bytes with a signed identity is encoded instead of three fields, and each event waits for its own confirm before the next of its key goes.',
    'Nobody consumes during a round. After it the queue is counted and purged, for every contestant in the same way.',
  ],
};
