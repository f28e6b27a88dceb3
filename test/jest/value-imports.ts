import { readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';

/** As specs run: packages of the repository are their sources. */
const OPTIONS: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['@isolith/source'],
};

/**
 * Reads which sources of the repository a source of it loads, as the compiler sees it: what is imported as a type only
 * loads nothing.
 */
export class ValueImports {
  readonly #known = new Map<string, readonly string[]>();
  readonly #cache: ts.ModuleResolutionCache;

  constructor(private readonly root: string) {
    this.#cache = ts.createModuleResolutionCache(root, (name) => name, OPTIONS);
  }

  /** Relative to the root, with `/`. */
  of(file: string): readonly string[] {
    const known = this.#known.get(file) ?? this.#read(file);
    this.#known.set(file, known);
    return known;
  }

  /** Whether the file loads the target, over whatever else. */
  reach(file: string, target: string): boolean {
    const seen = new Set([file]);
    for (const each of seen) for (const imported of this.of(each)) seen.add(imported);
    return seen.has(target);
  }

  #read(file: string): readonly string[] {
    const path = join(this.root, file);
    return specifiersIn(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)).flatMap(
      (specifier) => {
        if (!/^(\.|@isolith\/)/.test(specifier)) return [];
        const mode = ts.ModuleKind.ESNext;
        const { resolvedModule } = ts.resolveModuleName(specifier, path, OPTIONS, ts.sys, this.#cache, undefined, mode);
        if (resolvedModule === undefined) throw new Error(`${file} imports ${specifier}, which is nowhere`);
        const found = relative(this.root, resolvedModule.resolvedFileName).replaceAll(sep, '/');
        return found.endsWith('.ts') ? [found] : [];
      },
    );
  }
}

function specifiersIn(source: ts.SourceFile): readonly string[] {
  const found: string[] = [];
  const add = (node: ts.Expression | undefined): void => {
    if (node !== undefined && ts.isStringLiteralLike(node)) found.push(node.text);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      if (node.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword) add(node.moduleSpecifier);
    } else if (ts.isExportDeclaration(node)) {
      if (!node.isTypeOnly) add(node.moduleSpecifier);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0]);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
