import type { RaceSubject } from '../harness/subject.js';

export const dispatch: RaceSubject = {
  kind: 'race',
  name: 'dispatch',
  title: 'A command to another context in the same process',
  operation: 'a command with two fields in and two out, one after another, no database',
  needs: [],
  levels: [1],
  goal: { atMostUs: 1.7 },
  notes: [
    'Not reached: what is left is spread over a scope (an AsyncLocalStorage frame), two parses by zod, a UUID, and the promises between sender and handler. The goal is absolute and was set on a machine where ValidationPipe with cqrs took 3.4 µs. What was tried: `docs/decisions/0012`.',
  ],
  entries: [
    {
      name: 'plain call',
      role: 'ceiling',
      module: 'contestants/dispatch/plain-call.ts',
      differs: 'nothing is validated',
    },
    {
      name: 'Isolith',
      role: 'ours',
      module: 'contestants/dispatch/ours.ts',
      differs: 'input and answer validated and copied, access checked, deadline, identity',
    },
    {
      name: '@nestjs/cqrs',
      role: 'peer',
      module: 'contestants/dispatch/cqrs.ts',
      differs: 'nothing is validated or copied',
    },
    {
      name: 'ValidationPipe + @nestjs/cqrs',
      role: 'peer',
      module: 'peers/nest/dispatch.ts',
      differs: 'input validated with class-validator, the answer not',
    },
    {
      name: 'moleculer',
      role: 'peer',
      module: 'peers/moleculer/dispatch.mjs',
      differs: 'input validated by its own validator, the answer not; nothing copied',
    },
  ],
};
