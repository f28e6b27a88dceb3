import type { RaceSubject } from '../harness/subject.js';

export const workflow: RaceSubject = {
  kind: 'race',
  name: 'workflow',
  title: 'A durable workflow of three steps',
  operation:
    'a workflow is started, its three steps (local functions without a database) run one after the other, and whoever started it learns that it has ended',
  needs: ['postgresql'],
  levels: [1, 64],
  goal: { ratio: { 1: 0.6, 64: 1 } },
  entries: [
    {
      name: 'raw pg, five commits',
      role: 'ceiling',
      module: 'contestants/workflow/raw.ts',
      differs:
        'begin, a save after each step, end: one named prepared statement each; no timeline, no lease, nobody takes up what a dead process left',
    },
    {
      name: 'Isolith',
      role: 'ours',
      module: 'contestants/workflow/ours.ts',
      differs:
        'four commits: the save of the last step is the end; steps are commands to another context, validated and copied; with timeline, leases and fencing tokens; saves of sagas that move at the same time share commits',
    },
    {
      name: 'DBOS',
      role: 'peer',
      module: 'peers/dbos/workflow.ts',
      differs: 'steps are plain functions; nothing is validated',
    },
    {
      name: 'graphile-worker',
      role: 'peer',
      module: 'peers/graphile-worker/workflow.ts',
      differs:
        'a chain of three jobs: what a job does and the job that follows it do not commit together; nothing is validated',
    },
    {
      name: 'pg-boss',
      role: 'peer',
      module: 'peers/pg-boss/workflow.ts',
      differs:
        'a chain of three jobs, as with graphile-worker, woken by NOTIFY; the end is told before the end of the last job is stored',
    },
    {
      name: 'Restate',
      role: 'peer',
      flag: 'restate',
      module: 'peers/restate/workflow.ts',
      differs: 'a server of its own with its own log on disk; steps are plain functions; nothing is validated',
    },
  ],
  notes: [
    'Four commits, each with a timeline row and a lease beside the state, against five of the raw program without. At 64 transitions that fall together share a statement and a commit, which is how it gets past the raw program; its longest waits are longer. A step before the save of the one before would spare more and lose the promise that a crash undoes it: `docs/decisions/0014`.',
  ],
};
