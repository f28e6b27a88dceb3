import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Lookout } from './lookout.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function watched(wanted = () => true) {
  const looks: PromiseWithResolvers<void>[] = [];
  const look = (): Promise<void> => {
    const begun = Promise.withResolvers<void>();
    looks.push(begun);
    return begun.promise;
  };
  const lookout = new Lookout({ look, wanted, random: () => 1 });
  /** Ends the look under way, which may begin another. */
  const end = async (how: 'succeeded' | 'failed'): Promise<void> => {
    lookout[how]();
    const under = lookout.idle();
    looks.at(-1)?.resolve();
    await under;
  };
  return { lookout, looks, end };
}

describe('a lookout', () => {
  it('looks once at a time, and once more for all that woke it meanwhile', async () => {
    const { lookout, looks, end } = watched();
    for (let times = 0; times < 3; times += 1) lookout.look();
    expect(looks).toHaveLength(1);
    await end('succeeded');
    expect(looks).toHaveLength(2);
    await end('succeeded');
    expect(looks).toHaveLength(2);
  });

  it('pauses after a failure, longer each time until a look succeeds, and looks then by itself', async () => {
    const { lookout, looks, end } = watched();
    const pause = async (ms: number): Promise<void> => {
      const before = looks.length;
      await end('failed');
      lookout.look();
      jest.advanceTimersByTime(ms - 1);
      expect(looks).toHaveLength(before);
      jest.advanceTimersByTime(1);
      expect(looks).toHaveLength(before + 1);
    };
    lookout.look();
    await pause(500);
    await pause(1_000);
    await pause(2_000);
    await end('succeeded');
    lookout.look();
    await pause(500);
  });

  it('looks at the earliest of the times that were set, unless they are forgotten', () => {
    const { lookout, looks } = watched();
    for (const ms of [60_000, 10, 30_000]) lookout.within(ms);
    lookout.clear();
    jest.advanceTimersByTime(100_000);
    expect(looks).toHaveLength(0);
    for (const ms of [60_000, 10, 30_000]) lookout.within(ms);
    jest.advanceTimersByTime(10);
    expect(looks).toHaveLength(1);
  });

  it('does not look while nothing is wanted, not even for whoever woke it before', async () => {
    let wanted = true;
    const { lookout, looks, end } = watched(() => wanted);
    lookout.look();
    lookout.look();
    wanted = false;
    await end('succeeded');
    lookout.look();
    expect(looks).toHaveLength(1);
  });
});
