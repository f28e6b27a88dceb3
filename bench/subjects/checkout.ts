import type { RaceSubject } from '../harness/subject.js';

const shared = {
  kind: 'race',
  operation: 'an order that is placed over HTTP, until its checkout has ended confirmed',
  levels: [1, 16, 64],
  goal: { ratio: { 1: 0.5, 16: 0.5, 64: 0.5 } },
  roundMs: 3_000,
} as const;

const HOW_IT_ENDS =
  'An order has ended when its row says so; whoever measures looks at all open ones with one statement every 2 ms, of ours and of the raw program alike.';
const RAW =
  "each transaction is one prepared statement: place, reserve, save, charge intent, provider, charge outcome, save, ship, confirm with the saga's end, notification; no token, no validation of replies, no recovery";
const MISSED =
  'Not reached. At 16 and 64 both cores are busy: an order costs the server about twice and the shop four times the processor time of the raw program. Of the round trips above its eleven: four units whose first statement decides what comes next, two saves of the saga, two reads of what is no part of its state, two looks into inboxes, one load of a stream, the commit of the intent, and one to two for the relayed event and its checkpoint. 68 round trips per order became what `costs` shows: `docs/decisions/0014` and `0015`.';
const BOUND_BY =
  'Both are bound by their round trips to the database: eleven for an order of the raw program, as many as `costs` counts for ours.';

export const checkouts: readonly RaceSubject[] = [
  {
    ...shared,
    name: 'checkout.one-process',
    title: 'A checkout, all contexts in one process on PostgreSQL',
    needs: ['postgresql'],
    entries: [
      { name: 'raw pg', role: 'ceiling', module: 'contestants/checkout/raw.ts', differs: RAW },
      { name: 'Isolith', role: 'ours', module: 'contestants/checkout/ours.ts' },
    ],
    notes: [HOW_IT_ENDS, BOUND_BY, MISSED],
  },
  {
    ...shared,
    name: 'checkout.split',
    title: 'A checkout, each context a process of its own',
    needs: ['postgresql', 'rabbitmq'],
    entries: [
      {
        name: 'raw pg + amqplib',
        role: 'ceiling',
        module: 'contestants/checkout/raw-split.ts',
        differs: `${RAW}; two processes, orders and everything else, with as many messages between them as between the shop's eight`,
      },
      { name: 'Isolith', role: 'ours', module: 'contestants/checkout/ours-split.ts' },
    ],
    notes: [HOW_IT_ENDS, BOUND_BY, MISSED],
  },
];
