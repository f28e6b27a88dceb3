import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { note } from './readme.example.js';

const folder = mkdtempSync(join(tmpdir(), 'isolith-notes-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('the example of the README does what it says', async () => {
  expect(await note('first', folder)).toEqual([{ notes: 1 }]);
  expect(await note('second', folder)).toEqual([{ notes: 2 }]);
});

it('is the code that is tested here', async () => {
  const [readme, example] = await Promise.all(
    ['../README.md', './readme.example.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
