import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { NotDeliveredError } from '@isolith/contracts';
import { Impairments, WatchList, type Waiting, type Watched } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { ModulesContainer } from '@nestjs/core';
import { Watchdog } from './watchdog.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const waits = (waitedMs: number): Waiting => ({
  kind: 'relay',
  name: 'a > b.c',
  waitedMs,
  reason: 'r',
  lookAt: 'l',
});

async function watch(...parts: readonly Watched[]) {
  const list = new WatchList();
  for (const part of parts) list.join(part);
  const told: string[] = [];
  const impairments = new Impairments((change, { kind, name, reason }) =>
    told.push(`${change} ${kind} ${name}: ${reason}`),
  );
  const watchdog = new Watchdog(list, impairments, new HostLifecycle(new ModulesContainer(), 0));
  await watchdog.start();
  const pass = (seconds: number): Promise<void> => jest.advanceTimersByTimeAsync(seconds * 1_000);
  return { watchdog, told, pass };
}

it('names what waits beyond its bound once, and says once that it has ended', async () => {
  const began = performance.now();
  let stuck = true;
  const { told, pass } = await watch({
    name: 'relays',
    look: () => (stuck ? [waits(performance.now() - began)] : []),
  });
  await pass(9);
  expect(told).toEqual([]);
  await pass(20);
  expect(told).toEqual(['began relay a > b.c: r']);
  stuck = false;
  await pass(5);
  expect(told.slice(1)).toEqual(['ended relay a > b.c: r']);
});

it('looks as often as the part says, and never a second time before the first look has ended', async () => {
  let looks = 0;
  const slow = jest.fn(() => new Promise<readonly Waiting[]>(() => undefined));
  const { pass } = await watch(
    { name: 'often', everyMs: 3_000, look: () => ((looks += 1), []) },
    { name: 'slow', look: slow },
  );
  await pass(30);
  expect(looks).toBe(10);
  expect(slow).toHaveBeenCalledTimes(1);
});

it.each<readonly [string, Watched['look'], string]>([
  ['does not end', () => new Promise(() => undefined), 'no answer'],
  ['rejects', () => Promise.reject(new NotDeliveredError('10.1.2.3 is away')), 'not-delivered'],
  [
    'throws',
    () => {
      throw new TypeError('no');
    },
    'TypeError',
  ],
])('a look that %s is named itself', async (_, look, why) => {
  const { told, pass } = await watch({ name: 'sagas of orders', look });
  await pass(9);
  expect(told).toEqual([]);
  await pass(2);
  expect(told).toEqual([`began watchdog sagas of orders: what waits can't be looked at: ${why}`]);
});

it('a look that fails now and then is not', async () => {
  let looks = 0;
  const { told, pass } = await watch({
    name: 'sagas of orders',
    look: () => ((looks += 1) % 5 === 0 ? [] : Promise.reject(new Error('no'))),
  });
  await pass(60);
  expect(told).toEqual([]);
});

it('ends with the drain, and leaves what was said as it is', async () => {
  const look = jest.fn(() => [waits(1_000_000)]);
  const { watchdog, told, pass } = await watch({ name: 'relays', look });
  await pass(15);
  await watchdog.drain();
  const { length } = look.mock.calls;
  await pass(15);
  expect(look).toHaveBeenCalledTimes(length);
  expect(told).toHaveLength(1);
  expect(jest.getTimerCount()).toBe(0);
});
