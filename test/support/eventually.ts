import { setTimeout as pause } from 'node:timers/promises';

/**
 * Asks until the answer satisfies; rejects with the last answer when the limit is over. The limit only bounds a failing
 * test, a passing one ends with the condition.
 */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  satisfied: (answer: T) => boolean,
  limitMs = 60_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (satisfied(answer)) return answer;
    if (Date.now() > end) throw new Error(`${what}: not within ${limitMs} ms; last answer ${JSON.stringify(answer)}`);
    await pause(25);
  }
}
