import { describe, expect, it } from '@jest/globals';
import { eachItsOwn, randomPlacement } from './placements.js';

const everything = eachItsOwn.hosts.flat().toSorted();

describe('a placement drawn at random', () => {
  it.each(Array.from({ length: 50 }, (_, seed) => seed))(
    'has every context exactly once and no idle host: seed %i',
    (seed) => {
      const { hosts } = randomPlacement(seed);
      expect(hosts.flat().toSorted()).toEqual(everything);
      expect(Math.min(...hosts.map((host) => host.length))).toBeGreaterThan(0);
      expect(hosts.length).toBeGreaterThan(1);
      expect(randomPlacement(seed)).toEqual(randomPlacement(seed));
    },
  );

  it('is not always the same', () => {
    expect(new Set(Array.from({ length: 50 }, (_, seed) => randomPlacement(seed).hosts.length)).size).toBeGreaterThan(
      2,
    );
  });
});
