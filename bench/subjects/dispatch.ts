import type { RaceSubject } from '../harness/subject.js';

export const dispatch: RaceSubject = {
  kind: 'race',
  name: 'dispatch',
  title: 'A command to another context in the same process',
  operation: 'a command with two fields in and two out, one after another, no database',
  needs: [],
  levels: [1],
  goal: { atMostUs: 1.7 },
  entries: [
    { name: 'plain call', role: 'ceiling', module: 'contestants/dispatch/plain-call.ts', differs: 'nothing is validated' },
    { name: 'Isolith', role: 'ours', module: 'contestants/dispatch/ours.ts', differs: 'input and answer validated and copied, access checked, deadline, identity' },
    { name: '@nestjs/cqrs', role: 'peer', module: 'contestants/dispatch/cqrs.ts', differs: 'nothing is validated or copied' },
    { name: 'ValidationPipe + @nestjs/cqrs', role: 'peer', module: 'peers/nest/dispatch.ts', differs: 'input validated with class-validator, the answer not' },
    { name: 'moleculer', role: 'peer', module: 'peers/moleculer/dispatch.mjs', differs: 'input validated by its own validator, the answer not; nothing copied' },
  ],
};
