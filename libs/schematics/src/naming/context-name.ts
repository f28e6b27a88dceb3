import ts from 'typescript';
import { Refused } from '../refusals/refused.js';
import { Name } from './name.js';

/** What files of a context import under these names, and the host that is no context. */
const TAKEN = ['application', 'context', 'contract', 'gateway', 'lazily'];

/** No keywords, but no names of constants in a module either. */
const RESERVED = ['arguments', 'await', 'eval', 'undefined'];

const isReserved = (identifier: string): boolean => {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, identifier);
  const token = scanner.scan();
  const isKeyword = token >= ts.SyntaxKind.FirstReservedWord && token <= ts.SyntaxKind.LastFutureReservedWord;
  return isKeyword || RESERVED.includes(identifier);
};

/** The name of a context: a constant is called so. @throws {Refused} naming the rule */
export function contextName(text: string): Name {
  const name = Name.parse(text, 'a context');
  if (TAKEN.includes(name.camel)) throw new Refused(`"${text}" can't name a context: Isolith itself uses that word`);
  if (isReserved(name.camel))
    throw new Refused(`"${text}" can't name a context: ${name.camel} is a reserved word of JavaScript`);
  return name;
}
