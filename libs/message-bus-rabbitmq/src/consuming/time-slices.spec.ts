import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { TimeSlices } from './time-slices.js';

/** Slices on a clock that only work moves on. */
function recorder(): { begun: string[]; give: (name: string, ms: number) => void } {
  const begun: string[] = [];
  let now = 0;
  const slices = new TimeSlices(() => now);
  return {
    begun,
    give: (name, ms) =>
      slices.run(() => {
        begun.push(name);
        now += ms;
      }),
  };
}

describe('slices of time', () => {
  it('start at once what fits into this turn, and the rest in the next ones, in order', async () => {
    const { begun, give } = recorder();
    for (const name of ['a', 'b', 'c', 'd', 'e']) give(name, 3);
    expect(begun).toEqual(['a', 'b']);
    await turn();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    await turn();
    expect(begun).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('let nothing overtake what waits, however short it is', async () => {
    const { begun, give } = recorder();
    give('long', 60);
    give('waits', 60);
    await turn();
    expect(begun).toEqual(['long', 'waits']);
    give('short', 0);
    expect(begun).toEqual(['long', 'waits']);
    await turn();
    expect(begun).toEqual(['long', 'waits', 'short']);
  });

  it('begin anew with each turn', async () => {
    const { begun, give } = recorder();
    for (const name of ['a', 'b', 'c']) {
      give(name, 60);
      await turn();
    }
    give('d', 60);
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
  });

  it('let timers of others have their turn between', async () => {
    const { begun, give } = recorder();
    const { promise, resolve } = Promise.withResolvers<number>();
    for (let nth = 0; nth < 1_000; nth += 1) give(String(nth), 60);
    setTimeout(() => resolve(begun.length), 0);
    expect(await promise).toBeLessThan(1_000);
  });
});
