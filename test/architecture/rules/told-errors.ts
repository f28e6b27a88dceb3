import ts from 'typescript';
import { lineOf, nodesOf } from '@isolith/testing/architecture';
import type { Rule } from '../source-tree.js';

/** What catch clauses here call what they caught. */
const CAUGHT = /^(error|thrown|err)$/;

const isCaught = (node: ts.Node): boolean => ts.isIdentifier(node) && CAUGHT.test(node.text);

function makesText(node: ts.Node): boolean {
  if (ts.isTemplateSpan(node)) return isCaught(node.expression);
  return ts.isCallExpression(node) && node.expression.getText() === 'String' && node.arguments.some(isCaught);
}

export const toldErrors: Rule = {
  id: 'told-errors',
  why: 'anything can be thrown, and making a text of it can throw in its turn: `tellable(error).message` never does',
  check: (tree) =>
    tree.sources
      .filter(({ path, isSpec }) => /^(libs\/[^/]+\/)?src\//.test(path) && !isSpec)
      .filter(({ path }) => !/\/(testing|spec-support)\//.test(path))
      .flatMap((source) =>
        [...nodesOf(source.ast)].filter(makesText).map((node) => ({
          file: source.path,
          line: lineOf(source, node),
          message: 'makes a text of what was thrown',
        })),
      ),
};
