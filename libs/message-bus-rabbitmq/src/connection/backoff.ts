import { setTimeout as sleep } from 'node:timers/promises';

/** Reconnecting: a broker that comes back is found within seconds, and not by all hosts in the same moment. */
export const RECONNECT = { firstMs: 100, mostMs: 2_000 };

/** For who harms the connection: the broker has trouble already. */
export const ALONE = { firstMs: 500, mostMs: 15_000 };

/** Trying an event again that its listener rejected. */
export const RETRY = { firstMs: 100, mostMs: 10_000 };

export interface Backoff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** The delay before attempt 0, 1, 2, … : doubles, up to a bound. */
export function exponential(attempt: number, { firstMs, mostMs }: Backoff): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 30));
}

/** Somewhere between nothing and the exponential delay. */
export function fullJitter(attempt: number, backoff: Backoff, random: () => number = Math.random): number {
  return random() * exponential(attempt, backoff);
}

/** Waits, or less if the signal aborts; never rejects. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms <= 0) return;
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** Resolves when the work has ended, however it did, or when the time is over. */
export async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const ended = work.then(
    () => over.abort(),
    () => over.abort(),
  );
  await Promise.race([ended, pause(ms, over.signal)]);
}
