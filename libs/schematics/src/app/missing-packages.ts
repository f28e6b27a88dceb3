import { isBuiltin } from 'node:module';
import type { Tree } from '@angular-devkit/schematics';
import { z } from 'zod';
import { SourceText } from '../source/source-text.js';
import ts from 'typescript';

const listed = z.record(z.string(), z.string()).default({});
const manifest = z.looseObject({ dependencies: listed, devDependencies: listed, peerDependencies: listed });

/**
 * The packages that new files import and that the application's package.json does not list; none where there is no such
 * file.
 */
export function missingPackages(tree: Tree, created: ReadonlyMap<string, string>): readonly string[] {
  if (!tree.exists('package.json')) return [];
  const { dependencies, devDependencies, peerDependencies } = manifest.parse(tree.readJson('package.json'));
  const has = { ...dependencies, ...devDependencies, ...peerDependencies };
  const used = [...created].flatMap(([path, text]) => packagesOf(new SourceText(path, text).ast));
  return [...new Set(used)].filter((name) => !(name in has)).sort();
}

const packagesOf = (file: ts.SourceFile): readonly string[] =>
  file.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const { text } = statement.moduleSpecifier;
    if (text.startsWith('.') || isBuiltin(text)) return [];
    return [
      text
        .split('/')
        .slice(0, text.startsWith('@') ? 2 : 1)
        .join('/'),
    ];
  });
