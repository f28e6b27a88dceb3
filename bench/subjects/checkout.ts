import type { RaceSubject } from '../harness/subject.js';

const shared = {
  kind: 'race',
  operation: 'an order that is placed over HTTP, until its checkout has ended confirmed',
  levels: [1, 16, 64],
  goal: { ratio: { 1: 0.5, 16: 0.5, 64: 0.5 } },
  roundMs: 3_000,
} as const;

const HOW_IT_ENDS = 'An order has ended when its row says so; whoever measures looks at all open ones with one statement every 2 ms, of ours and of the raw program alike.';
const RAW = 'each transaction is one prepared statement: place, reserve, save, charge intent, provider, charge outcome, save, ship, confirm with the saga\'s end, notification; no token, no validation of replies, no recovery';
const MISSED = 'Not reached. Of the round trips above the raw program\'s: six look-ups of inboxes, four to five per relayed event (end, fence, read, checkpoint), three for each intent, two more for each of the saga\'s first saves. Each is a next step; 68 round trips per order became what `costs` shows: `docs/decisions/0014`.';
const BOUND_BY = 'Both are bound by their round trips to the database: eleven for an order of the raw program, as many as `costs` counts for ours.';

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
      { name: 'raw pg + amqplib', role: 'ceiling', module: 'contestants/checkout/raw-split.ts', differs: `${RAW}; two processes, orders and everything else, with as many messages between them as between the shop's eight` },
      { name: 'Isolith', role: 'ours', module: 'contestants/checkout/ours-split.ts' },
    ],
    notes: [HOW_IT_ENDS, BOUND_BY, MISSED],
  },
];
