import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** Paths are relative to the tree's root, with `/`. Lines count from 1. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** The file of this tree that the specifier means. */
  readonly target?: string;
}

/** A TypeScript file with its syntax tree and its imports. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly isSpec: boolean;
  readonly ast: ts.SourceFile;
  /** Static and dynamic imports, re-exports and `import('…')` types; type-only ones count. */
  readonly imports: readonly Import[];
}

/** The file below the root that a specifier means which is not relative; undefined for one that is not of this tree. */
export type ResolveSpecifier = (specifier: string) => string | undefined;

const SOURCE = /(?<!\.d)\.[cm]?tsx?$/;
const SPEC = /[.-](spec|test)\.[cm]?tsx?$/;
const SKIPPED = new Set(['node_modules', 'dist']);

/** The TypeScript files below a folder, by their paths. */
export function readSources(root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) walk(path);
      else if (entry.isFile() && SOURCE.test(entry.name)) files.set(path, readFileSync(join(root, path), 'utf8'));
    }
  };
  walk('');
  return files;
}

/** Those of the files that are TypeScript, with what they import. */
export function parseSources(
  files: ReadonlyMap<string, string>,
  resolve: ResolveSpecifier = () => undefined,
): readonly SourceFile[] {
  return [...files]
    .filter(([path]) => SOURCE.test(path))
    .map(([path, text]) => {
      const ast = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
      return { path, text, isSpec: SPEC.test(path), ast, imports: importsOf(ast, files, resolve) };
    });
}

/** The line where a node of a file begins, from 1. */
export function lineOf({ ast }: Pick<SourceFile, 'ast'>, node: ts.Node): number {
  return ast.getLineAndCharacterOfPosition(node.getStart(ast)).line + 1;
}

/** Every node of a file, parents before children. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}

function childrenOf(node: ts.Node): readonly ts.Node[] {
  const children: ts.Node[] = [];
  ts.forEachChild(node, (child) => void children.push(child));
  return children;
}

function importsOf(
  ast: ts.SourceFile,
  files: ReadonlyMap<string, string>,
  resolve: ResolveSpecifier,
): readonly Import[] {
  return [...nodesOf(ast)].flatMap((node): readonly Import[] => {
    const specifier = specifierOf(node);
    if (specifier === undefined) return [];
    const { text } = specifier;
    const target = text.startsWith('.') ? relativeTarget(ast.fileName, text, files) : resolve(text);
    return [{ specifier: text, line: lineOf({ ast }, specifier), ...(target === undefined ? {} : { target }) }];
  });
}

function specifierOf(node: ts.Node): ts.StringLiteralLike | undefined {
  let found: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) found = node.moduleSpecifier;
  else if (ts.isImportTypeNode(node)) found = ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  else if (ts.isExternalModuleReference(node)) found = node.expression;
  else if (ts.isCallExpression(node) && isModuleCall(node.expression)) found = node.arguments[0];
  return found !== undefined && ts.isStringLiteralLike(found) ? found : undefined;
}

function isModuleCall(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');
}

function relativeTarget(from: string, specifier: string, files: ReadonlyMap<string, string>): string {
  const path = posix.join(posix.dirname(from), specifier);
  const source = path.replace(/\.([cm]?)js(x?)$/, '.$1ts$2');
  // A target that does not exist (yet) still says where the import points to.
  return [source, `${path}.ts`, `${path}/index.ts`].find((file) => files.has(file)) ?? source;
}
