import { beforeEach, expect, it } from '@jest/globals';
import { ProgressLines } from './progress-lines.js';

const build = { name: 'sizes', version: 2, generation: 3, position: 250, events: 100, elapsed_ms: 10_000 };
const end = async (): Promise<number> => 1_000;

let now: number;
let told: string[];
let lines: ProgressLines;
beforeEach(() => {
  now = 0;
  told = [];
  lines = new ProgressLines(
    'shop',
    (line) => void told.push(line),
    10_000,
    () => now,
  );
});

it('tell how far a build is, at most every ten seconds', async () => {
  for (now = 0; now < 25_000; now += 1_000) await lines.moved(build, end);
  const line = 'version 2 of the projection sizes of shop is being built: 25%, 10 events per second, 30 s left';
  expect(told).toEqual([line, line]);
});

it('ask for the end of the journal only when a line is due', async () => {
  await lines.moved(build, () => Promise.reject(new Error('asked')));
  now = 10_000;
  await expect(lines.moved(build, () => Promise.reject(new Error('asked')))).rejects.toThrow('asked');
});

it('say nothing of the time left while nothing has been looked at', async () => {
  await lines.moved(build, end);
  now = 10_000;
  await lines.moved({ ...build, position: 0, events: 0 }, end);
  expect(told).toEqual(['version 2 of the projection sizes of shop is being built: 0%, 0 events per second']);
});

it('forget what is not built any more: one that comes again has its ten seconds anew', async () => {
  await lines.moved(build, end);
  await lines.moved({ ...build, name: 'colours' }, end);
  lines.keepOnly('sizes', []);
  now = 10_000;
  await lines.moved(build, end);
  expect(told).toEqual([]);
  lines.keepOnly('sizes', [build]);
  await lines.moved({ ...build, name: 'colours' }, end);
  expect(told).toEqual([expect.stringContaining('colours')]);
});

it('tell once that a build answers; the next one has its own ten seconds', async () => {
  await lines.moved(build, end);
  lines.live({ ...build, elapsed_ms: 12_300 });
  now = 10_000;
  await lines.moved({ ...build, generation: 4 }, end);
  expect(told).toEqual(['version 2 of the projection sizes of shop has been built and answers: 100 events in 13 s']);
});
