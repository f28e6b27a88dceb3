import ts from 'typescript';
import { lineOf, nodesOf, type Rule } from '../source-tree.js';

/**
 * Who may ask what time it is, each with why. Whatever waits or compares asks `steadyNow()`, the monotonic clock, or
 * the database.
 */
const MAY_ASK: Readonly<Record<string, string>> = {
  'libs/contracts/src/steady-now.ts': 'the origin of the clock that nobody sets',
  'libs/resilience/src/steady-now.ts': 'the origin of the clock that nobody sets',
  'libs/message-bus/src/sender.ts': 'the time attribute of an envelope, for people',
  'libs/message-bus/src/answer.ts': 'the time attribute of an envelope, for people',
  'libs/journal/src/database/probe.ts': 'tells how far apart this clock and that of the database are',
  'libs/journal/src/surroundings/server-facts.ts': 'tells how far apart this clock and that of the database are',
  'libs/observability/src/host-log.ts': 'the time of a log line',
  'src/orders/features/place-order.ts': 'when an order says that it was placed',
  'src/orders/features/cancel-order.ts': 'when an order says that it was cancelled',
  'src/orders/features/return-order.ts': 'when an order says that it came back',
  'src/orders/infra/change-order.ts': 'when an order says that it changed',
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
