import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { steadyNow } from '@isolith/contracts';
import { InProcessTransport } from '@isolith/message-bus';
import { commandEnvelope, answerTo } from '@isolith/message-bus/testing';
import { deriveKeys } from '../http/auth-keys.js';
import { AccessTokens } from '../http/tokens.js';
import { HostClock, readingClocks } from './host-clock.js';

const HOUR = 3_600_000;
const told: unknown[] = [];
let clock: HostClock;
/** A context whose host's clock is this far ahead answers. */
const answered = (context: string, aheadMs: number) =>
  clock.heard(context, new Date(steadyNow() + aheadMs).toISOString());
const wrongBy = () => Math.round((clock.now() - steadyNow()) / 1_000);

beforeEach(() => {
  jest.useFakeTimers();
  told.length = 0;
  clock = new HostClock({ warn: (line: unknown) => told.push(line) });
  // A faked monotonic clock begins anew, the real one's moments are of its own.
  answered('start', 0);
  jest.advanceTimersByTime(11 * 60_000);
  answered('users', 0);
});
afterEach(() => void jest.useRealTimers());

describe('the clock of a host (fault 8)', () => {
  it('is that of the others when they agree on another time, and its own again when they do no longer', () => {
    for (const context of ['users', 'orders', 'payments']) {
      jest.advanceTimersByTime(1_000);
      answered(context, HOUR);
    }
    expect(wrongBy()).toBe(3_600);
    jest.advanceTimersByTime(1_000);
    for (const context of ['users', 'orders', 'payments']) answered(context, 5_000);
    expect(Math.abs(wrongBy())).toBeLessThanOrEqual(1);
  });

  it('follows no single one that is off beside others, and nobody further than a day', () => {
    for (const context of ['a', 'b']) answered(context, 0);
    answered('c', HOUR);
    expect(Math.abs(wrongBy())).toBeLessThanOrEqual(1);
    jest.advanceTimersByTime(11 * 60_000);
    answered('c', 1_000 * HOUR);
    expect(wrongBy()).toBeLessThanOrEqual(24 * 3_600 + 1);
  });
});

it('what others answer shows what their clocks say', async () => {
  const heard: unknown[] = [];
  const transport = readingClocks(new InProcessTransport(), { heard: (...what) => heard.push(what) });
  await transport.listen({ lane: 'requests', context: 'stock' }, (delivery) =>
    delivery.reply({ ...answerTo(delivery.envelope, null), time: '2026-01-01T00:00:00Z' }),
  );
  await transport.request(
    commandEnvelope('stock', null),
    { lane: 'requests', context: 'stock' },
    new AbortController().signal,
  );
  expect(heard).toEqual([['stock', '2026-01-01T00:00:00Z']]);
});

it('a token outlives neither its time nor a clock that is set: an hour ahead, an hour back, whoever issued it (fault 8)', () => {
  jest.useRealTimers();
  const keys = deriveKeys('a secret that is long enough for this');
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const [issuer, verifier] = [new AccessTokens(keys), new AccessTokens(keys, now)];
  const token = issuer.issue({ user: 'u-1', roles: [], session: 's' });
  jest.useFakeTimers({ now: Date.now() + HOUR, doNotFake: ['performance'] });
  // The machine's clock is set; the host's goes on.
  expect(issuer.verify(token)).toMatchObject({ user: 'u-1' });
  jest.useRealTimers();
  ahead = 15 * 60_000 + 40_000;
  expect(() => verifier.verify(token)).toThrow('has expired');
});
