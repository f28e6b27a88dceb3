import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
const named = [
  ...readFileSync(join(import.meta.dirname, 'longest-first.mjs'), 'utf8').matchAll(/'([^']+\.spec\.ts)': \d+/g),
].map(([, file = '']) => file);

it('the spec files that come first are there, each once', () => {
  expect(named.length).toBeGreaterThan(10);
  expect(new Set(named).size).toBe(named.length);
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});
