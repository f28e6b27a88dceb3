import ts from 'typescript';
import { appendTo } from './lists.js';
import type { SourceText } from './source-text.js';

const moduleOf = ({ moduleSpecifier }: ts.ImportDeclaration): string =>
  ts.isStringLiteral(moduleSpecifier) ? moduleSpecifier.text : '';

/** The names that a file imports from a module as values, and where; none for `import * as`. */
function namedFrom(file: SourceText, specifier: string): ts.NamedImports | undefined {
  for (const statement of file.ast.statements) {
    if (!ts.isImportDeclaration(statement) || moduleOf(statement) !== specifier) continue;
    const named = statement.importClause?.namedBindings;
    const isType = statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    if (!isType && named !== undefined && ts.isNamedImports(named)) return named;
  }
  return undefined;
}

/** Whether the file has this name from this module, as a value and under no other name. */
export const importsName = (file: SourceText, name: string, specifier: string): boolean =>
  namedFrom(file, specifier)?.elements.some(
    (element) => !element.isTypeOnly && element.propertyName === undefined && element.name.text === name,
  ) ?? false;

/** Imports a name from a module, beside what is imported from it already. */
export function addImport(file: SourceText, name: string, specifier: string): void {
  if (importsName(file, name, specifier)) return;
  const named = namedFrom(file, specifier);
  if (named !== undefined) return appendTo(file, named, name);
  const { end } = file.style;
  const line = `import { ${name} } from ${file.quoted(specifier)}${end}`;
  const imports = file.ast.statements.filter((statement) => ts.isImportDeclaration(statement));
  const isRelative = (one: string): boolean => one.startsWith('.');
  const alike = imports.filter((one) => isRelative(moduleOf(one)) === isRelative(specifier));
  const next = inOrder(alike) ? alike.find((one) => moduleOf(one) > specifier) : undefined;
  if (next !== undefined) return file.replace(next.getStart(), next.getStart(), `${line}\n`);
  const last = alike.at(-1) ?? (isRelative(specifier) ? imports.at(-1) : undefined);
  if (last !== undefined) file.replace(last.getEnd(), last.getEnd(), `\n${line}`);
  else {
    const first = file.ast.statements[0];
    const start = imports[0]?.getStart() ?? first?.getFullStart() ?? 0;
    const gap = imports.length > 0 || first === undefined ? '\n' : '\n\n';
    file.replace(start, start, `${line}${gap}`);
  }
}

const inOrder = (imports: readonly ts.ImportDeclaration[]): boolean =>
  imports.every((one, nth) => nth === 0 || moduleOf(imports[nth - 1] ?? one) <= moduleOf(one));
