import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { shop } from '../../src/shop.js';
import { fixtureIds, readClean, readFixture } from './fixture.js';
import { rules } from './rules/index.js';
import { buildTree, readFiles, type Rule, type SourceTree } from './source-tree.js';

const report = (rule: Rule, tree: SourceTree) =>
  rule.check(tree).map(({ file, line, message }) => `${file}:${line} ${message} [${rule.id}: ${rule.why}]`);
const places = (rule: Rule, tree: SourceTree) =>
  [...new Set(rule.check(tree).map(({ file, line }) => `${file}:${line}`))].sort();

describe('the repository', () => {
  const tree = buildTree(readFiles(join(import.meta.dirname, '..', '..')));

  test('is seen by the rules: contexts, packages, sources with imports', () => {
    expect(tree.contexts).toEqual(shop.names.toSorted());
    expect(tree.libs.map(({ manifest }) => manifest.name)).toContain('@isolith/contracts');
    expect(
      tree.sources.flatMap(({ imports }) => imports.filter(({ target }) => target !== undefined)).length,
    ).toBeGreaterThan(100);
    expect(tree.files.has('package-lock.json')).toBe(true);
  });

  test.each(rules.map((rule) => [rule.id, rule] as const))('keeps %s', (_id, rule) => {
    expect(report(rule, tree)).toEqual([]);
  });
});

describe('the app that create-isolith writes', () => {
  const tree = buildTree(readFiles(join(import.meta.dirname, '..', '..', 'libs', 'create', 'template')));

  test('is seen by the rules', () => {
    expect(tree.contexts).toEqual(['orders', 'stock']);
  });

  test.each(rules.map((rule) => [rule.id, rule] as const))('keeps %s', (_id, rule) => {
    expect(report(rule, tree)).toEqual([]);
  });
});

describe('the rules', () => {
  test('have one fixture each, and no fixture is without its rule', () => {
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...fixtureIds].sort()).toEqual([...ids].sort());
  });

  test.each(rules.map((rule) => [rule.id, rule] as const))('%s passes a tree that keeps the design', (_id, rule) => {
    expect(report(rule, readClean().tree)).toEqual([]);
  });

  test.each(rules.map((rule) => [rule.id, rule] as const))('%s catches its fixture, by file and line', (id, rule) => {
    const { tree, expected } = readFixture(id);
    expect(expected).not.toEqual([]);
    expect(places(rule, tree)).toEqual(expected);
  });

  test.each(rules.map(({ id }) => [id]))('the fixture of %s breaks no other rule', (id) => {
    const { tree } = readFixture(id);
    expect(rules.filter((rule) => rule.id !== id).flatMap((rule) => report(rule, tree))).toEqual([]);
  });
});
