import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { linksOf, pagesIn } from './pages.js';
import { treeFiles } from './tree-files.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const INDEX = 'docs/README.md';

it('docs/README.md links every page below docs, and every package', () => {
  const files = treeFiles(ROOT);
  const linked = new Set(linksOf(INDEX, files.get(INDEX) ?? '').map(({ target }) => target));
  const pages = [...files.keys()].filter((path) => /^docs\/.*\.md$/.test(path) && path !== INDEX);
  const packages = pagesIn(files).filter((path) => path.startsWith('libs/'));
  expect([...pages, ...packages].filter((page) => !linked.has(page))).toEqual([]);
});

it('no two decisions have one number', () => {
  const numbers = [...treeFiles(ROOT).keys()].flatMap((path) => /^docs\/decisions\/(\d{4})-/.exec(path)?.[1] ?? []);
  expect(numbers.length).toBeGreaterThan(20);
  expect(numbers.filter((number, nth) => numbers.indexOf(number) !== nth)).toEqual([]);
});
