import { describe, expect, it, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { resilience } from './resilience.js';
import { StaleAnswers, type StaleAnswersSpec } from './stale-answers.js';

const numbers = (json: unknown): number[] => {
  if (!Array.isArray(json) || !json.every((one) => typeof one === 'number')) throw new TypeError('no numbers');
  return json;
};

const answers = (spec: Partial<StaleAnswersSpec> = {}) => {
  let now = 0;
  const kept = new StaleAnswers({ maxAgeMs: 1_000, ...spec }, numbers, () => now);
  return { kept, pass: (ms: number) => void (now += ms) };
};

const cycle = (): unknown => {
  const list: unknown[] = [];
  list.push(list);
  return list;
};

describe('StaleAnswers', () => {
  it('stands in for a call that fails, up to its age, and is the error after it', async () => {
    const { kept, pass } = answers();
    const used = jest.fn();
    const prices = resilience('prices', {});
    const down = new Error('down');
    const ask = (key: string, call: () => Promise<number[]>): Promise<number[]> =>
      prices.run(kept.keeping(key, call), { fallback: kept.fallback(key, used) });
    expect(await ask('a', async () => [1])).toEqual([1]);
    pass(1_000);
    expect(await ask('a', () => Promise.reject(down))).toEqual([1]);
    expect(used.mock.calls).toEqual([[{ answer: [1], ageMs: 1_000 }, down]]);
    await expect(ask('b', () => Promise.reject(down))).rejects.toBe(down);
    pass(1);
    await expect(ask('a', () => Promise.reject(down))).rejects.toBe(down);
    expect(kept.size).toBe(0);
  });

  it('shares no answer: not with who gave it, not with two who get it', () => {
    const { kept } = answers();
    const given = [1];
    kept.keep('a', given);
    given.push(2);
    kept.find('a')?.answer.push(3);
    expect(kept.find('a')?.answer).toEqual([1]);
  });

  it('has none of what its reader does not take', () => {
    const kept = new StaleAnswers<unknown>({ maxAgeMs: 1_000 }, numbers);
    kept.keep('text', 'text');
    kept.keep('nothing', undefined);
    expect([kept.find('text'), kept.find('nothing'), kept.size]).toEqual([undefined, undefined, 0]);
  });

  it.each([
    ['a number that JSON has none for', 1n],
    ['what contains itself', cycle()],
  ])('keeps nothing of %s, and the call that gave it succeeds', async (_, answer) => {
    const kept = new StaleAnswers<unknown>({ maxAgeMs: 1_000 }, (json) => json);
    kept.keep('key', 'the last one');
    expect(await kept.keeping('key', async () => answer)(AbortSignal.any([]))).toBe(answer);
    expect(kept.find('key')).toBeUndefined();
  });

  it('law: never more entries or characters than stated, and of the same key the last', () => {
    const kept = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.array(fc.integer(), { maxLength: 8 }));
    fc.assert(
      fc.property(
        fc.array(kept, { maxLength: 50, size: 'max' }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 60 }),
        (all, maxEntries, maxChars) => {
          const stale = answers({ maxEntries, maxChars }).kept;
          const last = new Map<string, number[]>();
          for (const [key, answer] of all) {
            stale.keep(key, answer);
            last.set(key, answer);
            const found = [...last.keys()].flatMap((one) => {
              const hit = stale.find(one);
              if (hit !== undefined) expect(hit.answer).toEqual(last.get(one));
              return hit === undefined ? [] : [JSON.stringify(hit.answer)];
            });
            expect(found.length).toBeLessThanOrEqual(maxEntries);
            expect(found.join('').length).toBeLessThanOrEqual(maxChars);
          }
        },
      ),
    );
  });

  it('names every bound that is none', () => {
    expect(() => answers({ maxAgeMs: 0, maxEntries: 1.5, maxChars: Number.POSITIVE_INFINITY })).toThrow(
      /maxAgeMs .*got 0; maxEntries .*got 1\.5; maxChars .*got Infinity/,
    );
  });
});
