import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freshContext, SpecBroker, until } from '../spec-support/broker.js';

const MESSAGES = 2_000;
const DEPTH = 2_000;
/** Milliseconds of processor time. */
const LONGEST_TURN_MS = 60;

/**
 * What the longest turn of the event loop took of the processor, in milliseconds, until the work ended, however it did.
 */
async function longestTurnDuring(work: () => Promise<void>): Promise<number> {
  let [longest, watching] = [0, true];
  let before = process.threadCpuUsage();
  const look = (): void => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, now.user + now.system - before.user - before.system);
    before = now;
    if (watching) setImmediate(look);
  };
  setImmediate(look);
  try {
    await work();
    return longest / 1_000;
  } finally {
    watching = false;
  }
}

describe('a burst of messages', () => {
  let broker: SpecBroker;
  let context: string;
  beforeEach(() => {
    broker = new SpecBroker();
    context = freshContext();
  });
  afterEach(() => broker.close());

  it('that take long to refuse is spread over turns of the event loop', async () => {
    const receiver = await broker.transport({ prefetch: MESSAGES });
    const at = { lane: 'queries', context } as const;
    const listening = await receiver.listen(at, () => Promise.reject(new Error('nobody sent a query')));
    await listening.stop();
    const raw = await broker.channel();
    const deep = Buffer.from(`${'['.repeat(DEPTH)}${']'.repeat(DEPTH)}`);
    for (let nth = 0; nth < MESSAGES; nth += 1) raw.sendToQueue(`${context}.queries`, deep);
    await until(
      'the broker has them',
      async () => (await raw.checkQueue(`${context}.queries`)).messageCount === MESSAGES,
    );
    const longest = await longestTurnDuring(async () => {
      await receiver.listen(at, () => Promise.reject(new Error('nobody sent a query')));
      await until('all are refused', () => receiver.metrics().malformed === MESSAGES);
    });
    expect(longest).toBeLessThan(LONGEST_TURN_MS);
  });
});
