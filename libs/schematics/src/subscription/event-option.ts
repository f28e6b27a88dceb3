import ts from 'typescript';
import type { Name } from '../naming/name.js';
import { callsOf, classIn, propertyOf, resolved } from '../source/nodes.js';
import type { SourceText } from '../source/source-text.js';

/** What an event is declared with under a name: `input`, `key`. */
export function eventOption(contract: SourceText, event: Name, option: string): ts.Expression | undefined {
  const [call] = (classIn(contract.ast, event.pascal)?.heritageClauses ?? []).flatMap((one) => callsOf(one, 'event'));
  const options = resolved(call?.arguments[1]);
  return options !== undefined && ts.isObjectLiteralExpression(options)
    ? propertyOf(options, option)?.initializer
    : undefined;
}
