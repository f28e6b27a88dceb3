import ts from 'typescript';
import { lineOf, nodesOf } from '@isolith/testing/architecture';
import type { Rule } from '../source-tree.js';

const VAGUE = /^(utils?|helpers?|common|managers?)$/i;

/** The words of a name: `OrderManager`, `order-manager`, `order_manager` and `order.manager` all have two. */
const isVague = (name: string): boolean => name.split(/[-._]|(?<=[a-z0-9])(?=[A-Z])/).some((word) => VAGUE.test(word));

export const telling: Rule = {
  id: 'telling-names',
  why: 'a file or class called utils, helpers, common or manager has no subject, so everything ends up in it',
  check: (tree) =>
    tree.sources.flatMap((source) => {
      const parts = source.path.split('/').slice(1);
      const byPath = parts.some((part) => isVague(part.replace(/\.ts$/, '')))
        ? [{ file: source.path, line: 1, message: 'has a name without a subject' }]
        : [];
      const byClass = [...nodesOf(source.ast)].flatMap((node) =>
        ts.isClassLike(node) && node.name !== undefined && isVague(node.name.text)
          ? [
              {
                file: source.path,
                line: lineOf(source, node.name),
                message: `class ${node.name.text} has a name without a subject`,
              },
            ]
          : [],
      );
      return [...byPath, ...byClass];
    }),
};

export const noAny: Rule = {
  id: 'no-any',
  why: 'an unchecked value or a silenced compiler moves the error to where it cannot be explained',
  check: (tree) =>
    tree.sources.flatMap((source) => {
      const anys = [...nodesOf(source.ast)]
        .filter((node) => node.kind === ts.SyntaxKind.AnyKeyword)
        .map((node) => ({ file: source.path, line: lineOf(source, node), message: 'uses any' }));
      const silenced = source.text.split('\n').flatMap((line, index) => {
        const found = /(?:\/\/|\/\*|^\s*\*)\s*(@ts-(?:ignore|nocheck))/.exec(line)?.[1];
        return found === undefined ? [] : [{ file: source.path, line: index + 1, message: `uses ${found}` }];
      });
      return [...anys, ...silenced];
    }),
};

const MOST_LINES = 400;
const HEAD_LINES = 20;

export const fileSize: Rule = {
  id: 'file-size',
  why: `a file of more than ${MOST_LINES} lines has more than one subject, unless its head gives a reason after "// size:"`,
  check: (tree) =>
    tree.sources.flatMap((source) => {
      const lines = source.text.replace(/\n$/, '').split('\n');
      const hasReason = lines.slice(0, HEAD_LINES).some((line) => /^\s*\/\/ size: \S/.test(line));
      return lines.length <= MOST_LINES || hasReason
        ? []
        : [{ file: source.path, line: MOST_LINES + 1, message: `has ${lines.length} lines` }];
    }),
};

const WIDEST = 120;
/** Arrows of a state machine stand where they stand, and an address is not cut. */
const MAY_BE_WIDER = /-->|https?:\/\//;

export const commentWidth: Rule = {
  id: 'comment-width',
  why: `a comment wider than ${WIDEST} columns is cut off where it is read beside another, and the formatter leaves it so`,
  check: (tree) =>
    tree.sources.flatMap((source) =>
      source.text
        .split('\n')
        .flatMap((line, index) =>
          line.length > WIDEST && /^\s*(?:\/\*|\*|\/\/)/.test(line) && !MAY_BE_WIDER.test(line)
            ? [{ file: source.path, line: index + 1, message: `has a comment of ${line.length} columns` }]
            : [],
        ),
    ),
};
