import type { RaceSubject } from '../harness/subject.js';

export const requestLane: RaceSubject = {
  kind: 'race',
  name: 'rpc.request-lane',
  title: 'A command to a context in another process, over RabbitMQ',
  operation:
    'a command with two fields in and two out: quorum queue, persistent, confirmed, mandatory, acknowledged after its answer',
  needs: ['rabbitmq'],
  levels: [1, 16, 128],
  goal: { ratio: { 1: 0.95, 16: 0.95, 128: 0.95 } },
  entries: [
    {
      name: 'amqplib',
      role: 'ceiling',
      module: 'contestants/request-lane/raw.ts',
      differs:
        'JSON of the fields alone; nothing validated, no identity, no deadline; a lost connection is not noticed',
    },
    {
      name: 'Isolith',
      role: 'ours',
      module: 'contestants/request-lane/ours.ts',
      differs: 'input and answer validated on both sides, access checked, signed identity, deadline',
    },
  ],
  notes: [
    'Not reached, at 1 by little: as for queries. Gathered acknowledgements spare the quorum queue a write to its log per request, which counts at 1 in flight and no longer at 128.',
    'The handler has no database, and a context without one keeps no inbox: neither side would notice a second delivery. What an inbox costs is part of the subjects with a database.',
  ],
};
