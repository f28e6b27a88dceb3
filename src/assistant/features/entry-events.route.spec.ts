import { NotDeliveredError } from '@isolith/contracts';
import { describe, expect, it } from '@jest/globals';
import { answered, ended, said, seen } from '../testing/entries.js';
import { entryEvents, type EntrySource, type SeenEntries } from './entry-events.route.js';

type Look = () => SeenEntries;
const nothing = seen('moving', [], 1);

/** A source that answers each look with the next of them, and the last one for ever. */
function sourceOf(looks: readonly Look[], more: Partial<EntrySource> = {}) {
  const asked: (readonly [after: number, waitMs: number])[] = [];
  const source: EntrySource = {
    look: async (after, waitMs) => {
      asked.push([after, waitMs]);
      return (looks[Math.min(asked.length, looks.length) - 1] ?? (() => nothing))();
    },
    whyOut: () => undefined,
    signal: new AbortController().signal,
    ...more,
  };
  return { source, asked };
}

async function told(events: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const event of events) all.push(event);
  expect(all.shift()).toBe('retry: 2000\n\n');
  return all;
}

/** `event: said` with the id and the data that belong to it. */
const event = (name: string, data: object, id?: number): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

describe('the events of a conversation', () => {
  it('are its entries, with their numbers as ids, until the assistant rests', async () => {
    const { source, asked } = sourceOf([
      () => seen('moving', [said(1)], 1),
      () => seen('moving', [answered(2)], 2),
      () => seen('resting', [ended(3)], 3),
    ]);
    expect(await told(entryEvents(source, { after: 0, untilRest: true }))).toEqual([
      event('said', said(1), 1),
      event('answered', answered(2), 2),
      event('ended', ended(3), 3),
      event('rest', { status: 'resting', seq: 3 }),
    ]);
    expect(asked).toEqual([
      [0, 0],
      [1, 2_000],
      [2, 2_000],
    ]);
  });

  it('go on behind what the client has seen', async () => {
    const { source, asked } = sourceOf([() => seen('resting', [ended(3)], 3)]);
    await told(entryEvents(source, { after: 2, untilRest: true }));
    expect(asked).toEqual([[2, 0]]);
  });

  it('end for a run that rests behind entries which were not told yet only after those', async () => {
    const { source } = sourceOf([() => seen('waiting', [said(1)], 2), () => seen('waiting', [answered(2)], 2)]);
    const events = await told(entryEvents(source, { after: 0, untilRest: true }));
    expect(events.map((one) => /event: (\w+)/.exec(one)?.[1])).toEqual(['said', 'answered', 'rest']);
  });

  it('say why they end where the client may hear no more, or the host stops', async () => {
    let looks = 0;
    const whyOut = () => (looks++ > 0 ? 'the session has ended' : undefined);
    const { source } = sourceOf([() => seen('resting', [said(1)], 1)], { whyOut });
    expect((await told(entryEvents(source, { after: 0, untilRest: false }))).at(-1)).toBe(
      event('end', { reason: 'the session has ended' }),
    );
    const stopping = sourceOf([() => nothing], { signal: AbortSignal.abort() });
    expect(await told(entryEvents(stopping.source, { after: 0, untilRest: false }))).toEqual([
      event('end', { reason: 'the host is stopping' }),
    ]);
    expect(stopping.asked).toEqual([]);
  });

  it('end where looking breaks with what nobody expected', async () => {
    const { source } = sourceOf([
      () => {
        throw new TypeError('broken');
      },
    ]);
    await expect(told(entryEvents(source, { after: 0, untilRest: false }))).rejects.toThrow('broken');
  });
});

describe('while nothing happens', () => {
  /** Each look takes two seconds where there was nothing; pauses take as long as they are. */
  function clock() {
    let now = 0;
    const time = { now: () => now, pause: async (ms: number) => void (now += ms) };
    return { time, takes: (ms: number, then: SeenEntries) => ((now += ms), then), now: () => now };
  }

  it('a comment every 15 s says that the stream is there', async () => {
    const { time, takes, now } = clock();
    const events = entryEvents(sourceOf([() => takes(2_000, nothing)]).source, { after: 1, untilRest: false }, time);
    await events.next();
    for (const after of [15_000, 30_000]) {
      await expect(events.next()).resolves.toEqual({ done: false, value: ': still here\n\n' });
      expect(now()).toBeGreaterThanOrEqual(after);
      expect(now()).toBeLessThan(after + 3_000);
    }
    await events.return();
  });

  it('looks that fail are made again, 15 in a row, and then the stream says so', async () => {
    const away = () => {
      throw new NotDeliveredError('the context is away');
    };
    const back = sourceOf([...Array<Look>(14).fill(away), () => seen('resting', [said(1)], 1)]);
    const heard = await told(entryEvents(back.source, { after: 0, untilRest: true }, clock().time));
    expect(heard.map((one) => /event: (\w+)/.exec(one)?.[1])).toEqual(['said', 'rest']);
    const gone = sourceOf([away]);
    expect(await told(entryEvents(gone.source, { after: 0, untilRest: true }, clock().time))).toEqual([
      event('end', { reason: 'the context is away' }),
    ]);
    expect(gone.asked).toHaveLength(15);
  });
});
