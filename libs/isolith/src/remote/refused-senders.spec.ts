import { expect, it } from '@jest/globals';
import { RefusedSenders } from './refused-senders.js';

const envelope = {
  specversion: '1.0',
  id: 'm-1',
  source: '/nobody',
  type: 'stock.take',
  time: '2026-01-01T00:00:00Z',
  kind: 'command',
  schemaversion: 1,
  correlationid: 'c-1',
  data: {},
} as const;

it('every message that is refused is counted; of each address one a minute is told, with how many there were', () => {
  let now = 0;
  const told: unknown[] = [];
  const refused = new RefusedSenders(
    { warn: (line: { at: string; since_last_told: number }) => told.push([line.at, line.since_last_told]) },
    () => now,
  );
  for (let nth = 0; nth < 256; nth += 1)
    refused.note(envelope, { lane: 'requests', context: 'stock' }, new Error('why'));
  refused.note(envelope, { lane: 'queries', context: 'stock' }, new Error('why'));
  expect(refused.count).toBe(257);
  expect(told).toEqual([
    ['stock.requests', 1],
    ['stock.queries', 1],
  ]);
  now += 60_000;
  refused.note(envelope, { lane: 'requests', context: 'stock' }, new Error('why'));
  expect(told.at(-1)).toEqual(['stock.requests', 256]);
});
