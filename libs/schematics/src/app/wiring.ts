import ts from 'typescript';
import { callsOf, constantIn, nodesIn, resolved } from '../source/nodes.js';
import { addImport } from '../source/imports.js';
import { appendTo } from '../source/lists.js';
import { addToArray, type FindObject } from '../source/properties.js';
import type { SourceText } from '../source/source-text.js';
import type { ContextFolder } from './context-folder.js';
import { Refused } from '../refusals/refused.js';

const FOR_FEATURE = 'IsolithModule.forFeature';

function only<T>(found: readonly T[], file: SourceText, what: string): T {
  const [one, another] = found;
  if (one === undefined || another !== undefined)
    throw new Refused(`${file.path}: looked for one ${what}; found ${found.length === 0 ? 'none' : found.length}`);
  return one;
}

const objectOf = (
  expression: ts.Expression | undefined,
  file: SourceText,
  what: string,
): ts.ObjectLiteralExpression => {
  const object = resolved(expression);
  if (object === undefined || !ts.isObjectLiteralExpression(object))
    throw new Refused(`${file.path}: looked for an object { … } in ${what}; found something else`);
  return object;
};

/** What `@Module({ … })` is told. */
export const moduleOptions: FindObject = (file) => {
  const decorators = [...nodesIn(file.ast)]
    .filter((node) => ts.isDecorator(node))
    .map(({ expression }) => expression)
    .filter((expression) => ts.isCallExpression(expression))
    .filter((call) => call.expression.getText() === 'Module');
  return objectOf(only(decorators, file, '@Module({ … })').arguments[0], file, '@Module()');
};

/** What a call is told beside its first argument, making that object where there is none. */
const secondOf =
  (callee: string): FindObject =>
  (file) => {
    const call = (): ts.CallExpression => only(callsOf(file.ast, callee), file, `call ${callee}(…, { … })`);
    const first = call().arguments[0];
    if (first === undefined) throw new Refused(`${file.path}: looked for ${callee}(…, { … }); it is told nothing`);
    if (call().arguments.length === 1) file.replace(first.getEnd(), first.getEnd(), ', {}');
    return objectOf(call().arguments[1], file, `${callee}()`);
  };

/** What `context('orders', { … })` is told. */
export const contextOptions = secondOf('context');
/** What `IsolithModule.forFeature(orders, { … })` is told. */
export const featureOptions = secondOf(FOR_FEATURE);

/** Makes a class of the context one of the providers of its module. */
export function addProvider({ module }: ContextFolder, name: string, from: string): void {
  addImport(module, name, from);
  addToArray(module, moduleOptions, 'providers', name);
}

/** Makes a class one of the routes of the context. */
export function addRoute({ routes, name }: ContextFolder, route: string, from: string): void {
  const constant = `${name.camel}Routes`;
  const list = constantIn(routes.ast, constant);
  if (list === undefined || !ts.isArrayLiteralExpression(list))
    throw new Refused(`${routes.path}: looked for export const ${constant} = [ … ]; found none`);
  appendTo(routes, list, route);
  addImport(routes, route, from);
}
