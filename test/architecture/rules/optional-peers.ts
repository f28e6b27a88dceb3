import { posix } from 'node:path';
import ts from 'typescript';
import { packageOf } from '../layers.js';
import { lineOf, type SourceFile } from '@isolith/testing/architecture';
import { isRecord, readJson, type Rule } from '../source-tree.js';

/** What runs in production. `testing` is an entry of its own: who imports it installs what it needs. */
const isRun = ({ isSpec, path }: SourceFile): boolean =>
  !isSpec && !path.endsWith('.example.ts') && !/\/(spec-support|testing)\//.test(path);

/** Whose optional peers are there whenever it is: no application runs it. */
const TOOLS: Readonly<Record<string, string>> = {
  'libs/schematics': "run by Nest's command line, which brings them; optional so that no image installs them",
};

/** Folders behind an export of their own, which nobody imports who has not installed the peer. */
const OWN_EXPORTS: Readonly<Record<string, string>> = {
  'libs/agents/src/anthropic/': "@isolith/agents/anthropic is Anthropic's models and nothing else",
};
const isOwnExport = (path: string): boolean => Object.keys(OWN_EXPORTS).some((folder) => path.startsWith(folder));

/** What a static import of it brings along that need not be there: a peer, or a folder that stands on one. */
function broughtBy(specifier: string, from: string, optional: readonly string[]): string | undefined {
  if (optional.includes(packageOf(specifier))) return 'an optional peer';
  const isOwn = specifier.startsWith('.') && isOwnExport(posix.join(posix.dirname(from), specifier));
  return isOwn ? 'which stands on an optional peer' : undefined;
}

export const optionalPeers: Rule = {
  id: 'optional-peers',
  why: 'what an application need not install is loaded when it is asked for; a static import fails before anybody asks',
  check: (tree) =>
    tree.libs.flatMap(({ folder }) => {
      if (TOOLS[folder] !== undefined) return [];
      const { peerDependenciesMeta: meta } = readJson(tree.files, `${folder}/package.json`);
      const optional = Object.entries(isRecord(meta) ? meta : {}).flatMap(([name, how]) =>
        isRecord(how) && how['optional'] === true ? [name] : [],
      );
      return tree.sources
        .filter((source) => source.path.startsWith(`${folder}/src/`) && isRun(source) && !isOwnExport(source.path))
        .flatMap((source) =>
          source.ast.statements.flatMap((statement) => {
            if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
            const specifier = statement.moduleSpecifier;
            if (specifier === undefined || !ts.isStringLiteral(specifier)) return [];
            const brought = broughtBy(specifier.text, source.path, optional);
            if (brought === undefined) return [];
            const message = `imports ${specifier.text}, ${brought}`;
            return [{ file: source.path, line: lineOf(source, statement), message }];
          }),
        );
    }),
};
