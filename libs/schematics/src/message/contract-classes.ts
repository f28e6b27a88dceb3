import ts from 'typescript';
import type { ContextFolder } from '../app/context-folder.js';
import { Refused } from '../refusals/refused.js';
import type { Name } from '../naming/name.js';
import { addImport } from '../source/imports.js';
import { callsOf, classIn } from '../source/nodes.js';

export type Kind = 'command' | 'query' | 'event';

/** The name of a message in its contract: `inventory.reserve-stock`. */
export const contractName = (context: Name, name: Name): string => `${context.kebab}.${name.kebab}`;

/**
 * What a message class is declared with, if the contract has it: the call of `command()`, `query()` or `event()`.
 * @throws {Refused} where its name means something else
 */
export function declarationOf(
  { contract, name: context }: ContextFolder,
  kind: Kind,
  name: Name,
): ts.CallExpression | undefined {
  const declared = classIn(contract.ast, name.pascal);
  if (declared === undefined) return undefined;
  const wanted = contractName(context, name);
  const [call] = (declared.heritageClauses ?? []).flatMap((clause) => callsOf(clause, kind));
  const literal = call?.arguments[0];
  if (call === undefined || literal === undefined || !ts.isStringLiteral(literal) || literal.text !== wanted)
    throw new Refused(
      `${contract.path}: looked for class ${name.pascal} extends ${kind}('${wanted}', { … }); its ${name.pascal} is something else`,
    );
  return call;
}

/** Adds a class to the contract, with what it imports. @throws {Refused} where something else has its name */
export function declare(
  { contract }: ContextFolder,
  name: Name,
  { text, imports }: { readonly text: string; readonly imports: readonly (readonly [name: string, from: string])[] },
): void {
  const taken = contract.ast.statements.some((statement) =>
    ts.isVariableStatement(statement)
      ? statement.declarationList.declarations.some((one) => one.name.getText() === name.pascal)
      : ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)
        ? statement.name.text === name.pascal
        : false,
  );
  if (taken) throw new Refused(`${contract.path}: ${name.pascal} is declared already, and is no message`);
  // What made an empty contract a module.
  const empty = contract.ast.statements.find(
    (one) => ts.isExportDeclaration(one) && one.exportClause?.getText() === '{}',
  );
  if (empty !== undefined) contract.replace(empty.getFullStart(), empty.getEnd(), '');
  contract.append(text);
  for (const [imported, from] of imports) addImport(contract, imported, from);
}
