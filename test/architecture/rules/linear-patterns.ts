import { isSafe } from 'redos-detector';
import ts from 'typescript';
import { lineOf, nodesOf } from '@isolith/testing/architecture';
import type { Rule } from '../source-tree.js';

/** Patterns that go back without a bound and are linear all the same, each with why. */
const LINEAR: Readonly<Record<string, string>> = {
  "/inequivalent arg '([^']+)'/":
    'what repeats begins behind a fixed text, so it is tried once for each time that occurs',
};
/** Files whose patterns only ever read what stands in the sources, with why. */
const OWN_TEXT: Readonly<Record<string, string>> = {
  'libs/journal/src/unit/repeated-statements.ts': 'reads the statements of the code itself',
};

/** The pattern that a node writes: a literal, or `new RegExp` of a text that stands there. */
function patternOf(node: ts.Node): RegExp | undefined {
  if (ts.isRegularExpressionLiteral(node)) {
    const end = node.text.lastIndexOf('/');
    return new RegExp(node.text.slice(1, end), node.text.slice(end + 1));
  }
  if (!ts.isNewExpression(node) || node.expression.getText() !== 'RegExp') return undefined;
  const [source, flags] = node.arguments ?? [];
  const text = source && (ts.isTaggedTemplateExpression(source) ? rawOf(source) : textOf(source));
  return text === undefined ? undefined : new RegExp(text, flags && textOf(flags));
}

const textOf = (node: ts.Node): string | undefined => (ts.isStringLiteralLike(node) ? node.text : undefined);
const rawOf = ({ template }: ts.TaggedTemplateExpression): string | undefined =>
  ts.isNoSubstitutionTemplateLiteral(template) ? template.getText().slice(1, -1) : undefined;

/**
 * Whether the engine goes back a bounded number of times, whatever the text. A flag that only says where to go on
 * changes nothing.
 */
function isLinear(pattern: RegExp): boolean {
  return isSafe(new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''))).safe;
}

export const linearPatterns: Rule = {
  id: 'linear-patterns',
  why: 'a pattern that goes back over what it has read stands still for seconds on a text of a few kilobytes, and the whole process with it',
  check: (tree) =>
    tree.sources
      .filter(({ isSpec, path }) => !isSpec && OWN_TEXT[path] === undefined)
      .flatMap((source) =>
        [...nodesOf(source.ast)].flatMap((node) => {
          const pattern = patternOf(node);
          if (pattern === undefined || LINEAR[String(pattern)] !== undefined || isLinear(pattern)) return [];
          return [
            { file: source.path, line: lineOf(source, node), message: `${String(pattern)} may go back without end` },
          ];
        }),
      ),
};
