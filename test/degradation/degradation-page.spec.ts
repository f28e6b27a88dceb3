import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { goldenTable } from '../access/golden-table.js';
import { degradationPage, PAGE } from './degradation-page.js';
import { answersOf, written, writtenAnswers } from './degradation-table.js';
import { parts } from './parts.js';

const ROOT = join(import.meta.dirname, '..', '..');
const answers = writtenAnswers();
const everyday = answersOf('nothing', answers);

describe('what routes answer while a part is down', () => {
  it('is a page: npm run degradation', () => {
    expect(readFileSync(join(ROOT, PAGE), 'utf8')).toBe(degradationPage(answers));
  });

  it('is written down of every part', () => {
    expect([...answers.keys()]).toEqual(Object.keys(parts));
  });

  it('is written down of every route that is served, of each part what is not as always', () => {
    // Held against what is served by routes.spec.ts.
    const served = goldenTable(join(ROOT, 'test', 'access', 'routes.txt'), 2).rows.map(({ name }) => name);
    expect(new Set(everyday.keys())).toEqual(new Set(served));
    for (const [part, changed] of answers)
      for (const [route, cell] of changed) {
        expect(served).toContain(route);
        const [here, always] = [cell, everyday.get(route) ?? cell].map((one) => `${part}: ${route} ${written(one)}`);
        if (part !== 'nothing') expect(here).not.toBe(always);
      }
  });
});
