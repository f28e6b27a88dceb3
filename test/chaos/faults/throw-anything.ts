import type { MakeFault } from './fault.js';

const LEAST_TIMES = 5;
const MORE_TIMES = 20;

/**
 * Handlers throw what is no error, or an error of which nothing can be told; each of their messages is then handled.
 */
export const throwAnything: MakeFault = ({ throwing }, { way }) => {
  let before: Readonly<Record<string, number>> = {};
  return {
    hit: async (moreOrders) => {
      before = throwing.counts();
      throwing.set(LEAST_TIMES + (way % MORE_TIMES));
      moreOrders();
    },
    heal: async () => throwing.set(0),
    effect: () =>
      Object.fromEntries(
        Object.entries(throwing.counts()).flatMap(([what, times]) =>
          times === (before[what] ?? 0) ? [] : [[what, times - (before[what] ?? 0)]],
        ),
      ),
  };
};
