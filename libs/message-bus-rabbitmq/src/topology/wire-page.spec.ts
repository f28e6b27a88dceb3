import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { WITHOUT_ANSWER } from '../requests/answers.js';
import { BROADCAST_EXCHANGE, malformedName, parkingQueue, queuesOf, type QueueSpec } from './topology.js';

const PAGE = readFileSync(fileURLToPath(new URL('../../../../docs/wire/README.md', import.meta.url)), 'utf8');

/** The rows of the table between two marks. */
const rows = (mark: string): readonly string[] =>
  (PAGE.split(`<!-- ${mark} -->`)[1] ?? '')
    .split(`<!-- /${mark} -->`, 1)
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('| `'));

it('docs/wire has every queue as it is declared here', () => {
  const context = '<context>';
  const specs: readonly QueueSpec[] = [
    ...queuesOf({ lane: 'requests', context }),
    ...queuesOf({ lane: 'queries', context }),
    ...queuesOf({ lane: 'subscription', context, subscription: '<subscription>' }).toReversed(),
    parkingQueue(malformedName('<context>.<subscription>')),
  ];
  const row = ({ name, durable, arguments: args }: QueueSpec): string =>
    `| \`${name}\` | ${durable} | \`${JSON.stringify(args)}\` |`;
  expect(rows('queues')).toEqual(specs.map(row));
  expect(specs.filter(({ exclusive }) => exclusive)).toEqual([]);
  expect(PAGE).toContain(`\`${BROADCAST_EXCHANGE}\``);
});

it('and everything that may stand in place of an answer', () => {
  expect(rows('endings').map((line) => line.split('`')[1])).toEqual(Object.values(WITHOUT_ANSWER));
});
