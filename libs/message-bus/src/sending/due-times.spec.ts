import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { steadyNow } from '@isolith/contracts';
import { DueTimes } from './due-times.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const due = (expire: () => void = () => undefined) => ({ expire, before: undefined, after: undefined });

it('short waits with distant deadlines leave no more timers than a bound', () => {
  const times = new DueTimes();
  for (let nth = 1; nth <= 5_000; nth += 1) {
    const wait = due();
    times.remove(wait, times.add(wait, steadyNow() + nth * 1_000));
  }
  expect(jest.getTimerCount()).toBeLessThanOrEqual(1_001);
});

it('whoever waits keeps its timer, however many there are', async () => {
  const times = new DueTimes();
  let expired = 0;
  for (let nth = 1; nth <= 3_000; nth += 1)
    times.add(
      due(() => void (expired += 1)),
      steadyNow() + nth * 100,
    );
  await jest.advanceTimersByTimeAsync(3_000 * 100 + 20);
  expect([expired, jest.getTimerCount()]).toEqual([3_000, 0]);
});

it('a wait that ended late takes nothing from those that came into its span since', async () => {
  const times = new DueTimes();
  const late = due();
  const at = steadyNow() + 32;
  const slot = times.add(late, at);
  await jest.advanceTimersByTimeAsync(60);
  let expired = false;
  times.add(
    due(() => void (expired = true)),
    at,
  );
  times.remove(late, slot);
  await jest.advanceTimersByTimeAsync(60);
  expect(expired).toBe(true);
});
