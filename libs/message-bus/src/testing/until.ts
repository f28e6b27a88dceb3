import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_EVERY_MS = 3;

/**
 * Waits until something holds. The limit bounds a test that fails, it is no wait: what never comes ends with an error
 * that shows the condition, and its loop ends with it instead of running on beside the tests that come after.
 */
export async function until(holds: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const endsAt = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() >= endsAt) throw new Error(`waited ${limitMs} ms in vain for ${holds.toString()}`);
    await sleep(LOOK_EVERY_MS);
  }
}
