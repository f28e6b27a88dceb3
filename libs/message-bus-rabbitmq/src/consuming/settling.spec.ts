import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { Settling, type Gathering } from './settling.js';

function recording(count: number, gather?: Gathering): { settling: Settling; sent: string[]; settled: Set<number> } {
  const [sent, settled] = [new Array<string>(), new Set<number>()];
  const settling = new Settling(
    {
      acknowledge: (tag, upTo) => {
        sent.push(upTo ? `..${tag}` : `${tag}`);
        for (let one = upTo ? 1 : tag; one <= tag; one += 1) settled.add(one);
      },
      handBack: (tag) => void sent.push(`back ${tag}`),
    },
    gather,
  );
  for (let tag = 1; tag <= count; tag += 1) settling.delivered(tag);
  return { settling, sent, settled };
}

afterEach(() => void jest.useRealTimers());

describe('settling', () => {
  it('acknowledges once per turn, up to the first that is still in hand, and single ones beyond', async () => {
    const { settling, sent } = recording(6);
    for (const tag of [2, 1, 3, 5]) settling.done(tag);
    expect(sent).toEqual([]);
    await turn();
    expect(sent).toEqual(['..3', '5']);
    settling.done(6);
    settling.done(4);
    await turn();
    expect(sent).toEqual(['..3', '5', '..6']);
    expect(settling.size).toBe(0);
  });

  it('holds what is neither handed back nor acknowledged nor lost', () => {
    const { settling } = recording(3);
    settling.handBack(1);
    settling.done(2);
    expect([1, 2, 3].map((tag) => settling.holds(tag))).toEqual([false, true, true]);
    settling.flush();
    expect([2, 3].map((tag) => settling.holds(tag))).toEqual([false, true]);
    settling.end();
    expect(settling.holds(3)).toBe(false);
  });

  it('gathers few for a moment, and acknowledges many at the end of the turn', async () => {
    // Else the moment could be over before the spec has looked.
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask'] });
    const { settling, sent } = recording(4, { ms: 20, most: 3 });
    settling.done(1);
    await turn();
    expect(sent).toEqual([]);
    settling.done(2);
    settling.done(3);
    await turn();
    expect(sent).toEqual(['..3']);
    settling.done(4);
    await turn();
    expect(sent).toEqual(['..3']);
    jest.advanceTimersByTime(20);
    expect(sent).toEqual(['..3', '..4']);
  });

  it('gathers nothing any more once it is flushed', async () => {
    const { settling, sent } = recording(2, { ms: 1, most: 3 });
    settling.done(1);
    settling.flush();
    await pause(5);
    expect(sent).toEqual(['..1']);
    settling.done(2);
    settling.end();
    await pause(5);
    expect(sent).toEqual(['..1']);
  });

  it('hands back one that is in hand, once, and never acknowledges it', async () => {
    const { settling, sent } = recording(2);
    settling.handBack(1);
    settling.handBack(1);
    settling.done(1);
    settling.done(2);
    await turn();
    expect(sent).toEqual(['back 1', '..2']);
  });

  it('is silent after the end of its channel', async () => {
    const { settling, sent } = recording(3);
    settling.done(1);
    settling.end();
    settling.done(2);
    settling.handBack(3);
    await turn();
    expect(sent).toEqual([]);
  });

  it('acknowledges what is done and nothing else, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 12 }))), (turns) => {
        const { settling, settled } = recording(12);
        const done = new Set<number>();
        for (const tags of turns) {
          for (const tag of tags) {
            settling.done(tag);
            done.add(tag);
          }
          settling.flush();
          expect([...settled].toSorted((one, other) => one - other)).toEqual(
            [...done].toSorted((one, other) => one - other),
          );
        }
      }),
    );
  });
});
