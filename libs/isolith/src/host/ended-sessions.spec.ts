import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { event, query, anyone, contractOf } from '@isolith/contracts';
import type { Delivery, Transport } from '@isolith/message-bus';
import { z } from 'zod';
import { EndedSessions } from './ended-sessions.js';

class Revoked extends event('users.revoked', { input: z.object({ sessionId: z.string() }), key: 'sessionId' }) {}
const input = z.object({ withinSeconds: z.int(), after: z.string().optional() });
class List extends query('users.list', {
  input,
  output: z.object({ sessionIds: z.array(z.string()), more: z.boolean() }),
  access: [anyone()],
}) {}

/** The owner of sessions: what has ended, and whether it can be asked. */
let ended: string[];
let isThere: boolean;
/** What its answers wait for. */
let waiting: () => Promise<void>;
let asked: { readonly withinSeconds: number; readonly after: string | undefined }[];
let medium: Pick<Transport, 'send' | 'listen'>;
const warnings: string[] = [];
const log = { warn: ({ message }: { message: string }) => void warnings.push(message) };

/** A medium between hosts. */
function reachingAll(): typeof medium {
  const listeners = new Set<(delivery: Delivery) => Promise<void>>();
  return {
    send: async (envelope) => {
      for (const hear of listeners)
        await hear({ envelope, redelivered: false, reply: () => Promise.reject(new Error('no answers here')) });
    },
    listen: async (_, on) => {
      listeners.add(on);
      return { stop: async () => void listeners.delete(on) };
    },
  };
}

const PAGE = 2;
const ask = async (message: object): Promise<unknown> => {
  const { withinSeconds, after } = input.parse(message);
  asked.push({ withinSeconds, after });
  await waiting();
  if (!isThere) throw new Error('nobody is there');
  const sessionIds = ended
    .toSorted()
    .filter((id) => id > (after ?? ''))
    .slice(0, PAGE);
  return { sessionIds, more: sessionIds.length === PAGE };
};

const hosts: EndedSessions[] = [];
async function host(link = { connected: true }): Promise<EndedSessions> {
  const made = new EndedSessions(
    {
      options: { list: (page) => new List(page), ended: (sessionId) => new Revoked({ sessionId }) },
      ask,
      remote: medium,
      isConnected: () => link.connected,
      log,
    },
    { join: () => undefined },
  );
  hosts.push(made);
  await made.start();
  return made;
}
const second = () => jest.advanceTimersByTimeAsync(1_000);

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
  [ended, asked, isThere, medium] = [[], [], true, reachingAll()];
  waiting = async () => undefined;
  warnings.length = 0;
});
afterEach(async () => {
  jest.useRealTimers();
  await Promise.all(hosts.splice(0).map((made) => made.drain()));
});

describe('sessions that have ended (fault 18)', () => {
  it('are listed, page by page, when a host starts, and only then it is known which they are', async () => {
    ended = ['a', 'b', 'c', 'd', 'e'];
    const made = await host();
    expect(made.isKnown).toBe(false);
    await made.askOnce();
    expect(made.isKnown).toBe(true);
    expect(ended.filter((id) => !made.has(id))).toEqual([]);
    expect(made.has('f')).toBe(false);
    expect(asked.map(({ after }) => after)).toEqual([undefined, 'b', 'd']);
  });

  it('are told to every host by the one that ended them, at once', async () => {
    const [one, other] = [await host(), await host()];
    await Promise.all([one.askOnce(), other.askOnce()]);
    await one.announce(['x', 'y']);
    for (const made of [one, other]) expect([made.has('x'), made.has('y'), made.has('z')]).toEqual([true, true, false]);
  });

  it('are asked for again in case somebody came to an end before it could say so', async () => {
    const made = await host();
    await made.askOnce();
    ended = ['x'];
    for (let n = 0; n < 7; n += 1) await second();
    expect(made.has('x')).toBe(true);
    expect(asked.at(-1)?.withinSeconds).toBeLessThan(asked[0]?.withinSeconds ?? 0);
  });

  it('are not known while a host is cut off, and are listed anew when it is back', async () => {
    const link = { connected: true };
    const made = await host(link);
    await made.askOnce();
    link.connected = false;
    isThere = false;
    await second();
    expect(made.isKnown).toBe(false);
    ended = ['x'];
    link.connected = true;
    await second();
    expect([made.isKnown, made.has('x')]).toEqual([false, false]);
    isThere = true;
    await second();
    expect([made.isKnown, made.has('x')]).toEqual([true, true]);
    expect(asked.at(-1)?.withinSeconds).toBe(asked[0]?.withinSeconds);
    expect(warnings).toContain('which sessions ended is not known here; it is asked for every second');
  });

  it('are asked for once a second while they are not known, however many requests wait for it, and that is said once', async () => {
    const link = { connected: true };
    const made = await host(link);
    await made.askOnce();
    for (const [isHere, warned] of [
      [false, 1],
      [true, 1],
      [false, 2],
    ] as const) {
      [link.connected, isThere] = [false, isHere];
      await second();
      const before = asked.length;
      for (let request = 0; request < 50; request += 1) await made.askOnce();
      expect(asked.length - before).toBeLessThanOrEqual(1);
      for (let n = 0; n < 5; n += 1) await second();
      expect(asked.length - before).toBeGreaterThanOrEqual(5);
      expect([made.isKnown, warnings.length]).toEqual([false, warned]);
      [link.connected, isThere] = [true, true];
      await second();
      expect(made.isKnown).toBe(true);
    }
  });

  it('are waited for while nobody is there for a moment, by all requests together, and no longer than a few seconds', async () => {
    isThere = false;
    const made = await host();
    let answered = 0;
    const requests = Array.from({ length: 50 }, () => made.catchUp().then(() => (answered += 1)));
    await second();
    await second();
    expect([answered, made.isKnown]).toEqual([0, false]);
    isThere = true;
    await second();
    await Promise.all(requests);
    expect(made.isKnown).toBe(true);
    expect(asked.length).toBeLessThanOrEqual(4);
    // Once it is lost for longer, they are told so at once.
    const link = { connected: true };
    isThere = false;
    const lonely = await host(link);
    const early = lonely.catchUp();
    for (let n = 0; n < 6; n += 1) await second();
    await early;
    await lonely.catchUp();
    expect(lonely.isKnown).toBe(false);
  });

  it('are listed anew where the connection was lost while they were listed', async () => {
    const link = { connected: true };
    const made = await host(link);
    await made.askOnce();
    const before = asked.length;
    const answers: (() => void)[] = [];
    waiting = () => new Promise((resolve) => void answers.push(resolve));
    while (answers.length === 0) await second();
    link.connected = false;
    await second();
    link.connected = true;
    ended = ['x'];
    waiting = async () => undefined;
    answers.forEach((answer) => answer());
    await made.askOnce();
    expect(made.isKnown).toBe(false);
    await second();
    expect([made.isKnown, made.has('x')]).toEqual([true, true]);
    expect(asked.slice(before).map(({ withinSeconds }) => withinSeconds)).toEqual([
      expect.any(Number),
      asked[0]?.withinSeconds,
    ]);
  });

  it('stay known while their owner is away and the host could be told', async () => {
    const made = await host();
    await made.askOnce();
    isThere = false;
    for (let n = 0; n < 30; n += 1) await second();
    expect(made.isKnown).toBe(true);
  });

  it('are asked for back to the last whole list, however long nobody answered', async () => {
    const made = await host();
    await made.askOnce();
    isThere = false;
    for (let n = 0; n < 200; n += 1) await second();
    [isThere, ended] = [true, ['x']];
    for (let n = 0; n < 5; n += 1) await second();
    expect([made.isKnown, made.has('x')]).toEqual([true, true]);
    expect(asked.at(-1)?.withinSeconds).toBeGreaterThanOrEqual(200);
    for (let n = 0; n < 5; n += 1) await second();
    expect(asked.at(-1)?.withinSeconds).toBeLessThan(200);
    isThere = false;
    await jest.advanceTimersByTimeAsync(60 * 60 * 1_000);
    expect(Math.max(...asked.map(({ withinSeconds }) => withinSeconds))).toBe(asked[0]?.withinSeconds);
  });

  it('are committed, so that a medium that takes nothing is a warning', async () => {
    const made = await host();
    medium.send = () => Promise.reject(new Error('no connection'));
    await made.announce(['x']);
    expect(made.has('x')).toBe(true);
    expect(warnings).toEqual([expect.stringContaining('could not be told')]);
  });

  it("are nobody's business in an application that has none", () => {
    const parts = { options: undefined, ask, remote: undefined, isConnected: () => true, log };
    expect(new EndedSessions(parts, { join: () => undefined }).isKnown).toBe(true);
  });

  it('are told by an event, and by nothing else', () => {
    const options = { list: () => ({}), ended: () => new List({ withinSeconds: 1 }) };
    expect(contractOf(options.ended())?.kind).toBe('query');
    expect(
      () =>
        new EndedSessions({ options, ask, remote: undefined, isConnected: () => true, log }, { join: () => undefined }),
    ).toThrow('makes no event');
  });
});
