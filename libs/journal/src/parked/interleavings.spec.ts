import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { openTestContext, type TestContext } from '../testing/index.js';
import { CreateLetter, Door, LetterHost, sold, writtenLetters, type Reaction } from '../testing/sample-letters.js';
import { ParkedNotFound, ReplayRunning } from './failures.js';

let mail: TestContext;
const failing = () => Promise.reject(new Error('no paper'));
const parkedOf = async (host: LetterHost, key: string) =>
  (await host.parked.list({ key }, 100)).items.map(({ messageId }) => messageId);
const replay = (host: LetterHost, key = 'a') => host.parked.replaySequence('letters', key, 'admin');
const clear = () =>
  mail.unit.run(
    async () =>
      void (await mail.unit.execute(
        'TRUNCATE mail.letter, mail.inbox, mail.failing_event, mail.parked_message, mail.parked_sequence',
      )),
  );

beforeAll(async () => {
  mail = await openTestContext({ context: 'mail', migrations: [CreateLetter] });
});
beforeEach(clear);
afterAll(() => mail.close());

/**
 * A host whose handler of one event stands before a door: it has read everything and has not begun its unit of work.
 */
async function slowAt(slow: string): Promise<{ readonly host: LetterHost; readonly door: Door }> {
  const door = new Door();
  const host = await LetterHost.start(mail, {
    react: async ({ key, nth, write }) => {
      if (`${key}-${nth}` === slow) await door.pass();
      await write();
    },
  });
  return { host, door };
}

describe("a consumer that was replaced and doesn't know it", () => {
  it('handles an event that its successor has parked: the replay runs nothing twice', async () => {
    const { host: stale, door } = await slowAt('a-1');
    const handling = stale.deliver(sold('a', 1));
    await door.reached;
    const successor = await LetterHost.start(mail, { react: failing });
    await successor.deliver(sold('a', 1), sold('a', 2));
    door.open();
    await handling;
    const fixed = await LetterHost.start(mail);
    expect(await replay(fixed)).toMatchObject({ status: 'completed' });
    expect([fixed.runs, await writtenLetters(mail)]).toEqual([['a-2'], ['a-1', 'a-2']]);
  });

  it("goes on to an event of a key that its successor has parked: that joins, and doesn't overtake", async () => {
    const { host: stale, door } = await slowAt('a-1');
    // Its key comes in order: the second waits for the first.
    const handling = stale.deliver(sold('a', 1), sold('a', 2));
    await door.reached;
    const successor = await LetterHost.start(mail, { react: failing });
    await successor.deliver(sold('a', 1));
    door.open();
    await handling;
    expect([await writtenLetters(mail), await parkedOf(stale, 'a')]).toEqual([['a-1'], ['a-1', 'a-2']]);
    expect(await replay(stale)).toMatchObject({ status: 'completed' });
    expect(await writtenLetters(mail)).toEqual(['a-1', 'a-2']);
  });

  it('fails at an event that its successor has handled: nothing is counted or parked', async () => {
    const door = new Door();
    const stale = await LetterHost.start(mail, { retry: { attempts: 2 }, react: () => door.pass().then(failing) });
    const handling = stale.deliver(sold('a', 1));
    await door.reached;
    await (await LetterHost.start(mail)).deliver(sold('a', 1));
    door.open();
    await handling;
    expect([await parkedOf(stale, 'a'), await writtenLetters(mail), await failures()]).toEqual([[], ['a-1'], 0]);
  });

  it('fails at an event whose replay has come to its end: nothing is parked again', async () => {
    const door = new Door();
    const stale = await LetterHost.start(mail, { retry: { attempts: 1 }, react: () => door.pass().then(failing) });
    const handling = stale.deliver(sold('a', 1));
    await door.reached;
    await (await LetterHost.start(mail, { react: failing })).deliver(sold('a', 1));
    await replay(await LetterHost.start(mail));
    door.open();
    await handling;
    expect([await parkedOf(stale, 'a'), await writtenLetters(mail)]).toEqual([[], ['a-1']]);
  });
});

describe('two replays of one sequence', () => {
  it('at two hosts: the second is refused while the first runs', async () => {
    await (await LetterHost.start(mail, { react: failing })).deliver(sold('a', 1), sold('a', 2));
    const { host: first, door } = await slowAt('a-1');
    const replaying = replay(first);
    await door.reached;
    const second = await LetterHost.start(mail);
    await expect(replay(second)).rejects.toThrow(ReplayRunning);
    door.open();
    expect(await replaying).toMatchObject({ status: 'completed', replayed: 2 });
    await expect(replay(second)).rejects.toThrow(ParkedNotFound);
  });

  it('of which the first has outlived its claim: each event has one effect, in order', async () => {
    await (await LetterHost.start(mail, { react: failing })).deliver(sold('a', 1), sold('a', 2), sold('a', 3));
    const { host: first, door } = await slowAt('a-1');
    const replaying = replay(first);
    await door.reached;
    await mail.unit.run(() =>
      mail.unit.execute("UPDATE mail.parked_sequence SET leased_until = now() - interval '1 second'"),
    );
    const { host: second, door: within } = await slowAt('a-2');
    const overtaking = replay(second);
    await within.reached;
    door.open();
    expect(await replaying).toMatchObject({ status: 'stopped', replayed: 1, left: 2 });
    within.open();
    expect(await overtaking).toMatchObject({ status: 'completed', replayed: 3 });
    expect(await writtenLetters(mail)).toEqual(['a-1', 'a-2', 'a-3']);
  });
});

describe('an event that comes while its key is being replayed', () => {
  it('joins behind the last one, and the replay goes on to it', async () => {
    const consumer = await LetterHost.start(mail, {
      react: async ({ nth, write }) => (nth === 1 ? failing() : write()),
    });
    await consumer.deliver(sold('a', 1));
    const { host, door } = await slowAt('a-1');
    const replaying = replay(host);
    await door.reached;
    await consumer.deliver(sold('a', 2));
    door.open();
    expect(await replaying).toEqual({ status: 'completed', replayed: 2, left: 0 });
    await consumer.deliver(sold('a', 3));
    expect([consumer.runs.filter((run) => run !== 'a-1'), await writtenLetters(mail)]).toEqual([
      ['a-3'],
      ['a-1', 'a-2', 'a-3'],
    ]);
  });

  it('joins behind one that fails again', async () => {
    const consumer = await LetterHost.start(mail, { react: failing });
    await consumer.deliver(sold('a', 1));
    const door = new Door();
    const host = await LetterHost.start(mail, { react: () => door.pass().then(failing) });
    const replaying = replay(host);
    await door.reached;
    await consumer.deliver(sold('a', 2));
    door.open();
    expect(await replaying).toMatchObject({ status: 'failed', replayed: 0, left: 2 });
    expect(await parkedOf(host, 'a')).toEqual(['a-1', 'a-2']);
  });
});

describe('a discard', () => {
  it('that comes before the commit of a late delivery: it has no effect', async () => {
    const { host: late, door } = await slowAt('a-1');
    const handling = late.deliver(sold('a', 1));
    await door.reached;
    const successor = await LetterHost.start(mail, { react: failing });
    await successor.deliver(sold('a', 1));
    expect(await successor.parked.discard(await idOf(successor, 'a-1'), 'admin')).toBe('discarded');
    door.open();
    await handling;
    expect([await writtenLetters(mail), await parkedOf(late, 'a')]).toEqual([[], []]);
  });

  it('that comes after the commit of a late delivery says that it was handled', async () => {
    const { host: late, door } = await slowAt('a-1');
    const handling = late.deliver(sold('a', 1));
    await door.reached;
    const successor = await LetterHost.start(mail, { react: failing });
    await successor.deliver(sold('a', 1));
    door.open();
    await handling;
    expect(await successor.parked.discard(await idOf(successor, 'a-1'), 'admin')).toBe('handled');
    expect([await writtenLetters(mail), await parkedOf(late, 'a')]).toEqual([['a-1'], []]);
  });

  it('of a message that is being replayed: the replay has no effect and goes on behind it', async () => {
    await (await LetterHost.start(mail, { react: failing })).deliver(sold('a', 1), sold('a', 2));
    const { host, door } = await slowAt('a-1');
    const replaying = replay(host);
    await door.reached;
    expect(await host.parked.discard(await idOf(host, 'a-1'), 'admin')).toBe('discarded');
    door.open();
    expect(await replaying).toMatchObject({ status: 'completed' });
    expect(await writtenLetters(mail)).toEqual(['a-2']);
  });
});

const seed = Date.now();

describe('whatever happens at the same time', () => {
  it(`each event has one effect and each key keeps its order (seed ${seed})`, async () => {
    const keys = ['a', 'b'];
    const EACH = 4;
    const law = fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.boolean(), { minLength: 8, maxLength: 24 }),
      async (scheduler, failures) => {
        await clear();
        const left = [...failures];
        const react = async ({ key, nth, write }: Reaction): Promise<void> => {
          await scheduler.schedule(Promise.resolve(), `${key}-${nth} runs`);
          if (left.pop() === true) await failing();
          await write();
          await scheduler.schedule(Promise.resolve(), `${key}-${nth} is written`);
        };
        const hosts = await Promise.all(
          [1, 2].map(() => LetterHost.start(mail, { react, retry: { attempts: 1, initialDelayMs: 0, maxDelayMs: 0 } })),
        );
        const all = keys.flatMap((key) => Array.from({ length: EACH }, (_, nth) => sold(key, nth)));
        // Each host believes that it serves the subscription, and each replays what it finds.
        const consuming = new Set(hosts);
        const work = hosts.flatMap((host) => [
          host.deliver(...all).finally(() => consuming.delete(host)),
          (async () => {
            while (consuming.size > 0 || (await host.parked.counts()).length > 0) {
              const { items } = await host.parked.list({}, 10);
              for (const { key } of items)
                await replay(host, key).catch((error: unknown) =>
                  expect(error instanceof ReplayRunning || error instanceof ParkedNotFound).toBe(true),
                );
              await scheduler.schedule(Promise.resolve(), 'the operator looks again');
            }
          })(),
        ]);
        await scheduler.waitFor(Promise.all(work));
        const letters = await writtenLetters(mail);
        for (const key of keys)
          expect(letters.filter((letter) => letter.startsWith(key))).toEqual(
            Array.from({ length: EACH }, (_, nth) => `${key}-${nth}`),
          );
      },
    );
    await fc.assert(law, { seed, numRuns: 15 });
  });
});

async function failures(): Promise<number> {
  const [row] = await mail.database.query(
    z.object({ rows: z.int() }),
    'SELECT count(*)::int AS rows FROM mail.failing_event',
  );
  return row?.rows ?? 0;
}

async function idOf(host: LetterHost, messageId: string): Promise<string> {
  const { items } = await host.parked.list({ key: messageId.split('-')[0] }, 100);
  return items.find((entry) => entry.messageId === messageId)?.id ?? '';
}
