import type { Measured, Work } from './contestant.js';
import { quantile } from './statistics.js';

/** Keeps `atOnce` operations under way until the time is over, and times each. Rejects with the first that fails. */
export async function keepBusy(
  { atOnce, forMs }: Work,
  operation: (index: number) => Promise<unknown>,
): Promise<Measured> {
  const latencies: number[] = [];
  let next = 0;
  const began = performance.now();
  const until = began + forMs;
  const lane = async (): Promise<void> => {
    for (let now = performance.now(); now < until;) {
      const index = next;
      next += 1;
      await operation(index);
      const ended = performance.now();
      latencies.push(ended - now);
      now = ended;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const elapsedMs = performance.now() - began;
  latencies.sort((a, b) => a - b);
  return {
    operations: latencies.length,
    elapsedMs,
    latency: { p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) },
  };
}

/** For operations of microseconds: one after another, with a look at the clock once per batch only. */
export async function oneAfterAnother(
  { forMs }: Work,
  batch: (count: number) => Promise<void>,
  count = 1_000,
): Promise<Measured> {
  let operations = 0;
  const began = performance.now();
  let now = began;
  while (now - began < forMs) {
    await batch(count);
    operations += count;
    now = performance.now();
  }
  return { operations, elapsedMs: now - began };
}
