import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from '@jest/globals';
import { shop } from '../../src/shop.js';
import { PAGE as DEGRADATION_PAGE } from '../degradation/degradation-page.js';
import { contextsPage, PAGE } from './contexts-page.js';
import { filesWithAllContexts } from './files-with-all-contexts.js';
import { handLists } from './hand-lists.js';

/** Made from src/shop.ts by commands, and held by specs of their own. */
const WRITTEN = [PAGE, DEGRADATION_PAGE];
const ROOT = join(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

it('every folder that describes a context is in src/shop.ts', () => {
  const described = globSync('src/*/*.context.ts', { cwd: ROOT }).map((file) => basename(file, '.context.ts'));
  expect(described.toSorted()).toEqual(shop.names.toSorted());
});

it.each(shop.names)('%s has what a context has: a contract, its routes and its module', (name) => {
  const files = ['contract', 'routes', 'module'].map((part) => `src/${name}/${name}.${part}.ts`);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

it.each(handLists)('$file has all contexts of src/shop.ts, and no other', ({ file, gaps }) => {
  expect(gaps(shop, read(file))).toEqual([]);
});

it('the page of contexts is the one that they give: write it with `npm run contexts`', () => {
  expect(read(PAGE)).toBe(contextsPage(shop));
});

it('a file outside of the sources that names all contexts is held here: derive the list, or add it to handLists', () => {
  expect(filesWithAllContexts(ROOT, shop.names)).toEqual([...WRITTEN, ...handLists.map(({ file }) => file)].toSorted());
});
