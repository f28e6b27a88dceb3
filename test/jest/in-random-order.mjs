import Sequencer from '@jest/test-sequencer';

/** mulberry32: a seed repeats the order. @param {number} seed @returns {() => number} */
const drawing = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let drawn = Math.imul(seed ^ (seed >>> 15), seed | 1);
  drawn ^= drawn + Math.imul(drawn ^ (drawn >>> 7), drawn | 61);
  return ((drawn ^ (drawn >>> 14)) >>> 0) / 2 ** 32;
};

/**
 * Spec files in a random order, which shows what one of them needs of another: `npm run jest -- --testSequencer
 * test/jest/in-random-order.mjs`, with `--seed` to repeat one.
 */
export default class InRandomOrder extends Sequencer {
  /** @param {{ globalConfig: { seed: number } }} options */
  constructor({ globalConfig }) {
    super();
    this.seed = globalConfig.seed;
  }

  /** @override @param {Parameters<Sequencer['sort']>[0]} tests */
  sort(tests) {
    process.stderr.write(`files in random order: --seed=${this.seed}\n`);
    const draw = drawing(this.seed);
    return tests
      .map((test) => ({ test, place: draw() }))
      .sort((one, other) => one.place - other.place)
      .map(({ test }) => test);
  }
}
