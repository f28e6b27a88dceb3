import { eventually } from '../../support/eventually.js';
import type { MakeFault } from './fault.js';
import { nowAndThen } from './now-and-then.js';

const LEAST_TIMES = 5;
const MORE_TIMES = 20;
/** As long as another fault is held at most, that may keep handlers from being asked; then this one changes nothing. */
const THROWN_LIMIT_MS = 8_000;

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
      moreOrders();
      const looked = nowAndThen(moreOrders);
      const look = async (): Promise<number> => {
        looked();
        return Object.keys(thrown()).length;
      };
      await eventually('a handler has thrown', look, (kinds) => kinds > 0, THROWN_LIMIT_MS).catch(() => undefined);
    },
    heal: async () => throwing.set(0),
    effect: thrown,
  };
};
