import { afterEach, expect, it } from '@jest/globals';
import { ContestantProcess } from './contestant-process.js';

const nowhere = { databaseUrl: '', transportUrl: '' };
let contestant: ContestantProcess | undefined;
afterEach(() => contestant?.close());

it('a contestant runs in a process of its own and tells what it measured, or why it could not', async () => {
  contestant = await ContestantProcess.start('counting', 'harness/fixtures/counting.ts', 'open', nowhere);
  const measured = await contestant.run({ atOnce: 4, forMs: 20 });
  expect(measured.operations).toBeGreaterThan(4);
  expect(measured.elapsedMs).toBeGreaterThanOrEqual(20);
  expect(measured.latency?.p50).toBeLessThanOrEqual(measured.latency?.p99 ?? 0);
  await expect(contestant.run({ atOnce: 13, forMs: 20 })).rejects.toThrow('an unlucky number');
});

it('one that is not there is refused with its name', async () => {
  await expect(ContestantProcess.start('nobody', 'harness/fixtures/nobody.ts', 'open', nowhere)).rejects.toThrow(
    'nobody (open)',
  );
});
