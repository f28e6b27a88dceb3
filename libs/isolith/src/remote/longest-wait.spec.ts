import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LongestWait } from './longest-wait.js';

const seconds = (looks: readonly (readonly [at: number, waiting: number, taken: number])[], now: number): number => {
  const wait = new LongestWait();
  for (const [at, waiting, taken] of looks) wait.look({ at: at * 1_000, waiting, taken });
  return wait.seconds(now * 1_000);
};

describe('the longest wait in a queue', () => {
  it.each([
    ['is none while nothing waits', [[0, 0, 0]], 5, 0],
    [
      'counts from the first look when nobody takes',
      [
        [0, 3, 0],
        [5, 3, 0],
        [10, 3, 0],
      ],
      12,
      12,
    ],
    [
      'counts from when the queue was empty',
      [
        [0, 0, 0],
        [5, 2, 0],
        [10, 2, 0],
      ],
      10,
      10,
    ],
    [
      'is forgotten once what waited is gone',
      [
        [0, 3, 0],
        [5, 4, 2],
        [10, 2, 3],
      ],
      10,
      10,
    ],
    [
      'counts from a look as many were taken after as waited then',
      [
        [0, 3, 0],
        [5, 4, 2],
        [10, 2, 6],
      ],
      10,
      5,
    ],
    [
      'goes on with a listener that begins anew',
      [
        [0, 0, 0],
        [5, 9, 100],
        [10, 9, 0],
        [15, 9, 9],
      ],
      15,
      5,
    ],
  ] as const)('%s', (_, looks, now, expected) => {
    expect(seconds(looks, now)).toBe(expected);
  });

  it('is never less than what the oldest has waited, whoever else takes', () => {
    const turn = fc.record({ come: fc.nat(5), handed: fc.nat(5), byOthers: fc.nat(2) });
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 300 }), (turns) => {
        const wait = new LongestWait();
        const queue: number[] = [];
        let taken = 0;
        turns.forEach(({ come, handed, byOthers }, at) => {
          // Between the question and its answer.
          queue.push(...Array<number>(come).fill(at + 0.5));
          queue.splice(0, byOthers);
          taken += queue.splice(0, handed).length;
          wait.look({ at, waiting: queue.length, taken });
          const oldest = queue[0] === undefined ? 0 : (at - queue[0]) / 1_000;
          expect(wait.seconds(at)).toBeGreaterThanOrEqual(oldest);
        });
      }),
    );
  });
});
