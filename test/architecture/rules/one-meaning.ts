import { dirname, posix } from 'node:path';
import ts from 'typescript';
import { lineOf } from '@isolith/testing/architecture';
import type { Rule, SourceTree } from '../source-tree.js';

interface Exported {
  readonly name: string;
  /** The package that declares it. */
  readonly by: string;
  readonly file: string;
  readonly line: number;
}

/** Types and classes that the entries of packages export by name, where they are declared in that package. */
function exportedOf({ libs, sources }: SourceTree): readonly Exported[] {
  return libs.flatMap(({ folder, manifest }) => {
    const entries = Object.values(manifest.exports).flatMap((conditions) =>
      Object.values(conditions).map((path) => posix.join(folder, path)),
    );
    return sources
      .filter(({ path }) => entries.includes(path))
      .flatMap((source) =>
        source.ast.statements.flatMap((statement) => {
          if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) return [];
          const { moduleSpecifier, exportClause } = statement;
          const isOwn = ts.isStringLiteral(moduleSpecifier) && moduleSpecifier.text.startsWith('.');
          if (!isOwn || exportClause === undefined || !ts.isNamedExports(exportClause)) return [];
          return exportClause.elements
            .filter(({ name }) => /^[A-Z][a-z]/.test(name.text))
            .map(({ name }) => ({ name: name.text, by: folder, file: source.path, line: lineOf(source, name) }));
        }),
      );
  });
}

export const oneMeaning: Rule = {
  id: 'one-meaning',
  why: 'a word that means two things is read as the other one: each is in the glossary once',
  check: (tree) => {
    const first = new Map<string, Exported>();
    return exportedOf(tree).flatMap((exported) => {
      const other = first.get(exported.name);
      if (other === undefined) first.set(exported.name, exported);
      return other === undefined || other.by === exported.by
        ? []
        : [
            {
              file: exported.file,
              line: exported.line,
              message: `exports ${exported.name}, which is something else in ${dirname(other.file)}`,
            },
          ];
    });
  },
};
