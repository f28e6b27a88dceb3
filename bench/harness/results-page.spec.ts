import { expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { subjects } from '../subjects/index.js';
import { shown } from './store.js';
import { withResults } from './table.js';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

it('the page shows what is stored, and nothing else', () => {
  const page = readFileSync(at('README.md'), 'utf8');
  expect(withResults(page, shown(at('results'), subjects))).toBe(page);
  expect(() => withResults('# a page', [])).toThrow('no place');
});

it('every subject names modules that are there, one ceiling and one of ours', () => {
  for (const subject of subjects) {
    if (subject.kind !== 'race') continue;
    expect(subject.entries.filter(({ module }) => !existsSync(at(module)))).toEqual([]);
    expect(
      subject.entries
        .filter(({ role }) => role !== 'peer')
        .map(({ role }) => role)
        .sort(),
    ).toEqual(['ceiling', 'ours']);
  }
});
