import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { apiPages, isDocumented } from './api-page.js';
import { publicExports } from './public-exports.js';

const root = join(import.meta.dirname, '..', '..', '..');

describe('what packages export', () => {
  const offered = publicExports(root);

  it('stands in docs/api as it is: after a change `npm run api` writes it anew', () => {
    const folder = join(root, 'docs', 'api');
    const written = readdirSync(folder).map((name): [string, string] => [
      `docs/api/${name}`,
      readFileSync(join(folder, name), 'utf8'),
    ]);
    expect(new Map(written)).toEqual(apiPages(offered));
  });

  it('says what it means', () => {
    const silent = offered.exports.filter((one) => !isDocumented(one, offered.checker));
    expect(silent.map(({ entry, name, file }) => `${entry}: ${name} (${file})`)).toEqual([]);
  });
});
