import ts from 'typescript';
import { placeOf } from '../layers.js';
import { lineOf, nodesOf } from '@isolith/testing/architecture';
import type { Rule } from '../source-tree.js';

const IMPURE_GLOBALS = new Set([
  'process',
  'crypto',
  'performance',
  'fetch',
  'console',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'globalThis',
  'Promise',
]);
const IMPURE_MEMBERS = new Set(['Date.now', 'Math.random']);

/** Why a node makes a decision depend on more than its arguments; undefined when it does not. */
function impurity(node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  if (ts.isAwaitExpression(node)) return 'await';
  if (ts.isPropertyAccessExpression(node) && IMPURE_MEMBERS.has(node.getText())) return node.getText();
  if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0)
    return 'new Date()';
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()';
  return ts.isIdentifier(node) && IMPURE_GLOBALS.has(node.text) && !isName(node) ? node.text : undefined;
}

/** True for an identifier that is only a member's or a declaration's name, like `process` in `order.process`. */
function isName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  return 'name' in parent && parent.name === node;
}

export const domainPure: Rule = {
  id: 'domain-pure',
  why: 'the same events must always give the same state and the same decision; time, chance and waiting come in as arguments',
  check: (tree) =>
    tree.sources.flatMap((source) => {
      const place = placeOf(tree, source.path);
      if (source.isSpec || place.kind !== 'context' || place.layer !== 'domain') return [];
      return [...nodesOf(source.ast)].flatMap((node) => {
        const reason = impurity(node);
        return reason === undefined
          ? []
          : [{ file: source.path, line: lineOf(source, node), message: `uses ${reason} in domain code` }];
      });
    }),
};
