import { eventually } from '../../support/eventually.js';
import type { MakeFault } from './fault.js';

const LEAST_TIMES = 5;
const MORE_TIMES = 20;
/** A bound for failing; orders are placed until a handler is asked. */
const THROWN_LIMIT_MS = 20_000;
/** So many looks in vain, and more orders are placed. */
const LOOKS_BEFORE_MORE = 20;

/**
 * Handlers throw what is no error, or an error of which nothing can be told; each of their messages is then handled.
 * The fault is there once one has thrown: a handler that nobody asked while it lasted would have proved nothing.
 */
export const throwAnything: MakeFault = ({ throwing }, { way }) => {
  let before: Readonly<Record<string, number>> = {};
  const thrown = (): Readonly<Record<string, number>> =>
    Object.fromEntries(
      Object.entries(throwing.counts()).flatMap(([what, times]) =>
        times === (before[what] ?? 0) ? [] : [[what, times - (before[what] ?? 0)]],
      ),
    );
  return {
    hit: async (moreOrders) => {
      before = throwing.counts();
      throwing.set(LEAST_TIMES + (way % MORE_TIMES));
      let looks = 0;
      await eventually(
        'a handler has thrown',
        async () => {
          if (looks % LOOKS_BEFORE_MORE === 0) moreOrders();
          looks += 1;
          return Object.keys(thrown()).length;
        },
        (kinds) => kinds > 0,
        THROWN_LIMIT_MS,
      ).catch(() => undefined);
    },
    heal: async () => throwing.set(0),
    effect: thrown,
  };
};
