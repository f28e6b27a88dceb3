import { cleanUp } from '../../test/support/host.js';
import { eachItsOwn, oneProcess, type Placement } from '../../test/support/placements.js';
import { orderCosts } from '../costs/order-costs.js';
import type { Figure } from '../harness/result.js';
import type { FigureSubject } from '../harness/subject.js';

const MOST_COMMITS = 11;
const MOST_SEQUENTIAL = 9;
const MOST_ROUND_TRIPS = 14;

/** Names a file that takes the statements of one order, for whoever looks for the one too many. */
const STATEMENTS_TO = 'BENCH_STATEMENTS';

export const costs: FigureSubject = {
  kind: 'figures',
  name: 'costs',
  title: 'What one confirmed order costs',
  needs: ['postgresql', 'rabbitmq'],
  notes: [
    'Before the work of `docs/decisions/0014` 67.6 round trips, 13.1 commits and 15.9 KiB of WAL per order, in one process and split alike; before `0015` 38.7 round trips. Not reached; what is left stands below the checkout.',
    "Medians of batches of orders that are placed one after another, with one line each; includes the notification and the relays' checkpoints; what an idle shop costs in the same time is subtracted.",
    'Counted by a proxy before the database. A commit is a transaction that wrote; transactions are those that only read, too. A round trip is one time that a host waits for the database. WAL is of the whole server and includes full pages after a checkpoint.',
  ],
  measure: async ({ quick, progress }) => {
    const options = { batches: quick ? 3 : 10, ordersPerBatch: quick ? 20 : 40, progress };
    const figures: Figure[] = [];
    const lines: string[] = [];
    const measure = async (placement: Placement, label: string): Promise<void> => {
      const { commits, commitsUntilConfirmed, transactions, roundTrips, walBytes, messages, statements } =
        await orderCosts(placement, options);
      figures.push(
        { name: `commits, ${label}`, value: commits, unit: 'commits', goal: MOST_COMMITS },
        {
          name: `commits until it is confirmed, ${label}`,
          value: commitsUntilConfirmed,
          unit: 'commits',
          goal: MOST_SEQUENTIAL,
        },
        {
          name: `round trips to the database, ${label}`,
          value: roundTrips,
          unit: 'round trips',
          goal: MOST_ROUND_TRIPS,
        },
        { name: `transactions, ${label}`, value: transactions, unit: 'transactions' },
        { name: `WAL, ${label}`, value: walBytes / 1_024, unit: 'KiB' },
        ...(placement.hosts.length > 1
          ? [{ name: `messages to the broker, ${label}`, value: messages, unit: 'messages' }]
          : []),
      );
      lines.push(
        `# ${label}`,
        ...statements.map(([text, perOrder]) => `${perOrder.toFixed(2)}  ${text.replaceAll(/\s+/g, ' ')}`),
      );
    };
    try {
      await measure(oneProcess, 'one process');
      await measure(eachItsOwn, 'split');
    } finally {
      await cleanUp();
    }
    const file = process.env[STATEMENTS_TO];
    if (file !== undefined) {
      const { writeFile } = await import('node:fs/promises');
      await writeFile(file, `${lines.join('\n')}\n`);
    }
    return figures;
  },
};
