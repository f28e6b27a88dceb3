import type { RaceSubject } from '../harness/subject.js';

export const queryLane: RaceSubject = {
  kind: 'race',
  name: 'rpc.query-lane',
  title: 'A query to a context in another process, over RabbitMQ',
  operation:
    'a query with two fields in and two out, from process to process and back; not persistent, acknowledged, at most 100 in hand',
  needs: ['rabbitmq'],
  levels: [1, 16, 128],
  goal: { ratio: { 1: 0.95, 16: 0.95, 128: 1 } },
  entries: [
    {
      name: 'amqplib',
      role: 'ceiling',
      module: 'contestants/query-lane/raw.ts',
      differs:
        'JSON of the fields alone; nothing validated, no identity, no deadline, a lost connection or an absent server is not noticed',
    },
    {
      name: 'Isolith',
      role: 'ours',
      module: 'contestants/query-lane/ours.ts',
      differs: 'input and answer validated on both sides, access checked, signed identity, deadline, mandatory',
    },
    {
      name: '@nestjs/microservices',
      role: 'peer',
      module: 'peers/nest/query-lane.ts',
      differs:
        'acknowledged before the answer; nothing validated, no identity; a send that nobody takes waits for ever',
    },
    {
      name: 'golevelup',
      role: 'peer',
      module: 'peers/golevelup/query-lane.ts',
      differs: 'on NestJS 11 and amqplib 0.10; nothing validated, no identity',
    },
    {
      name: 'rabbitmq-client',
      role: 'peer',
      module: 'peers/rabbitmq-client/query-lane.mjs',
      differs: 'a client of its own, without a framework; nothing validated, no identity',
    },
    {
      name: 'moleculer',
      role: 'peer',
      module: 'peers/moleculer/query-lane.mjs',
      differs: 'input validated, the answer not; no identity; answers come through a queue of their own',
    },
  ],
  notes: [
    "Not reached: at 1 and 16 in flight the difference is processor time with cold caches (envelope, validation on both sides, identity, deadline), about 70 to 90 µs on either side and as much in the broker, whose frames are five times as large. Writing past amqplib's streams gave .06 to .11 of it; decoding deliveries ourselves, queries without time to live or `mandatory` gave nothing: `docs/decisions/0013`.",
    'The ceiling is amqplib through what it offers; ours writes the messages of one turn in one piece past its channel streams (`direct-writes.ts`), which is why it can come close with a frame five times as large.',
    'The handler computes its answer: no database, so what is measured is the way there and back.',
  ],
};
