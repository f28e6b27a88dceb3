import ts from 'typescript';
import { lineOf, nodesOf } from '@isolith/testing/architecture';
import type { Rule } from '../source-tree.js';

/**
 * Who may ask what time it is, each with why. Whatever waits or compares asks `steadyNow()`, the monotonic clock, or
 * the database.
 */
const MAY_ASK: Readonly<Record<string, string>> = {
  'libs/contracts/src/runtime/steady-now.ts': 'the origin of the clock that nobody sets',
  'libs/resilience/src/steady-now.ts': 'the origin of the clock that nobody sets',
  'libs/message-bus/src/sending/sender.ts': 'the time attribute of an envelope, for people',
  'libs/message-bus/src/transport/answer.ts': 'the time attribute of an envelope, for people',
  'libs/postgres/src/databases/probe.ts': 'tells how far apart this clock and that of the database are',
  'libs/postgres/src/surroundings/server-facts.ts': 'tells how far apart this clock and that of the database are',
  'libs/observability/src/host-log.ts': 'the time of a log line',
  'libs/embedded/src/engine/image-store.ts':
    'how long ago a file of a cache was written: too early or never costs time and nothing else',
  'src/orders/infra/now.ts': 'when an order says that something happened to it',
};

/** Code that no host runs; and domain code, which asks nobody anyway. */
const NOT_LOOKED_AT = /\/(testing|spec-support|domain)\//;

function asksTheClock(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.getText() === 'Date.now';
  const makesDate = ts.isNewExpression(node) || ts.isCallExpression(node);
  return makesDate && node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0;
}

export const settableClock: Rule = {
  id: 'settable-clock',
  why: 'a clock can be set and differs from host to host: a wait or a comparison that rests on it ends too early or never',
  check: (tree) =>
    tree.sources
      .filter(({ path, isSpec }) => /^(libs\/[^/]+\/)?src\//.test(path) && !isSpec && !NOT_LOOKED_AT.test(path))
      .filter(({ path }) => MAY_ASK[path] === undefined)
      .flatMap((source) =>
        [...nodesOf(source.ast)]
          .filter(asksTheClock)
          .map((node) => ({ file: source.path, line: lineOf(source, node), message: 'asks what time it is' })),
      ),
};
