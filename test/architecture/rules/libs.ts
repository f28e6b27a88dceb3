import { isBuiltin } from 'node:module';
import { crossings, packageOf, placeOf, violationAt } from '../layers.js';
import type { Rule, SourceTree } from '../source-tree.js';
import { lineOf } from '@isolith/testing/architecture';

import ts from 'typescript';

export const libsNeverSrc: Rule = {
  id: 'libs-never-src',
  why: 'packages are used in applications that have no src/ of ours; their specs travel with them',
  check: (tree) =>
    tree.sources.flatMap((source) => {
      if (placeOf(tree, source.path).kind !== 'lib') return [];
      return source.imports
        .filter(
          ({ specifier, target }) =>
            (target !== undefined && !target.startsWith('libs/')) || /^(src|test)\//.test(specifier),
        )
        .map(({ specifier, line }) => ({
          file: source.path,
          line,
          message: `imports ${specifier}: a package may not import the application or its tests`,
        }));
    }),
};

/** Who may import what between packages, in one place with the reason for each refusal. */
function refusal(tree: SourceTree, folder: string, specifier: string, target: string | undefined): string | undefined {
  if (specifier.startsWith('.')) {
    return target?.startsWith('libs/') && !target.startsWith(`${folder}/`)
      ? 'another package is imported by its name'
      : undefined;
  }
  if (!specifier.startsWith('@isolith/')) return undefined;
  const self = tree.libs.find((lib) => lib.folder === folder)?.manifest;
  const name = packageOf(specifier);
  if (self?.name !== name && !self?.dependencies.includes(name))
    return `${name} is not a dependency in ${folder}/package.json`;
  return target === undefined ? `${name} does not export it` : undefined;
}

export const libsDeclareLibs: Rule = {
  id: 'libs-declare-libs',
  why: 'packages are published one by one; an undeclared or deep import works only inside this repository',
  check: (tree) =>
    tree.sources.flatMap((source) => {
      const place = placeOf(tree, source.path);
      if (place.kind !== 'lib') return [];
      return source.imports.flatMap(({ specifier, line, target }) => {
        const reason = refusal(tree, place.folder, specifier, target);
        return reason === undefined ? [] : [{ file: source.path, line, message: `imports ${specifier}: ${reason}` }];
      });
    }),
};

/** What specs share stands in no published package, and sets up and takes down as they do. */
const OF_SPECS: ReadonlySet<string> = new Set(['@jest/globals', '@nestjs/testing']);
const isHooks = (path: string, name: string): boolean => OF_SPECS.has(name) && path.includes('/spec-support/');

export const libsDeclarePackages: Rule = {
  id: 'libs-declare-packages',
  why: 'a package that npm hoisted here is missing where only the published package is installed',
  check: (tree) =>
    crossings(tree).flatMap((crossing) => {
      const { from, import: one } = crossing;
      if (from.kind !== 'lib' || /^(\.|@isolith\/|src\/|test\/)/.test(one.specifier) || isBuiltin(one.specifier))
        return [];
      const manifest = tree.libs.find((lib) => lib.folder === from.folder)?.manifest;
      const name = packageOf(one.specifier);
      return manifest?.dependencies.includes(name) || isHooks(crossing.source.path, name)
        ? []
        : [violationAt(crossing, `${name} is not a dependency in ${from.folder}/package.json`)];
    }),
};

export const libShape: Rule = {
  id: 'lib-shape',
  why: 'each package explains itself and says by name what it offers',
  check: (tree) =>
    [...new Set([...tree.files.keys()].flatMap((path) => /^libs\/[^/]+(?=\/)/.exec(path)?.[0] ?? []))].flatMap(
      (folder) => {
        const missing = ['README.md', 'package.json', 'src/index.ts']
          .filter((name) => !tree.files.has(`${folder}/${name}`))
          .map((name) => ({ file: `${folder}/${name}`, line: 1, message: 'is missing' }));
        const entries = Object.entries(tree.libs.find((lib) => lib.folder === folder)?.manifest.exports ?? {});
        const broken = entries
          .filter(
            ([, conditions]) =>
              !tree.files.has(`${folder}/${(conditions['@isolith/source'] ?? '').replace(/^\.\//, '')}`),
          )
          .map(([subpath]) => ({
            file: `${folder}/package.json`,
            line: 1,
            message: `exports "${subpath}" without an existing "@isolith/source"`,
          }));
        const noMain =
          tree.files.has(`${folder}/package.json`) && !entries.some(([subpath]) => subpath === '.')
            ? [{ file: `${folder}/package.json`, line: 1, message: 'exports no "."' }]
            : [];
        return [...missing, ...broken, ...noMain, ...starExports(tree, folder)];
      },
    ),
};

function starExports(tree: SourceTree, folder: string) {
  return tree.sources
    .filter(({ path }) => path.startsWith(`${folder}/src/`) && path.endsWith('/index.ts'))
    .flatMap((source) =>
      source.ast.statements
        .filter(
          (statement) =>
            ts.isExportDeclaration(statement) &&
            (statement.exportClause === undefined || ts.isNamespaceExport(statement.exportClause)),
        )
        .map((statement) => ({
          file: source.path,
          line: lineOf(source, statement),
          message: 'export * hides what the package offers',
        })),
    );
}
