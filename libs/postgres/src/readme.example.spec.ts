import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { weigh } from './readme.example.js';

it('the example of the README does what it says', async () => {
  expect(await weigh(undefined)).toEqual({
    health: [
      { context: 'inbound', ok: true },
      { context: 'outbound', ok: true },
    ],
    parcels: [{ id: 'a', weight: 3 }],
  });
});

it('is the code that is tested here', async () => {
  const [readme, example] = await Promise.all(
    ['../README.md', './readme.example.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
