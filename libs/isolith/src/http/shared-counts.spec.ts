import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { type AddToCount, DatabaseCounter } from './database-counter.js';
import { SharedCounts } from './shared-counts.js';

const LIMIT = 50;
const SHARE = 5;

/** One count for all, whose window ends when the test says so. */
function countedTogether() {
  const points = new Map<string, number>();
  const asked: string[] = [];
  const add: AddToCount = async (name, added) => {
    asked.push(name);
    await Promise.resolve();
    points.set(name, (points.get(name) ?? 0) + added);
    return { points: points.get(name) ?? 0, endsInMs: 700 };
  };
  return { add, asked, endWindow: () => points.clear() };
}

const open: DatabaseCounter[] = [];
afterEach(() => {
  for (const limiter of open.splice(0)) limiter.close();
  jest.useRealTimers();
});

function gateway(add: AddToCount, limit = LIMIT) {
  const problems: unknown[] = [];
  let now = 0;
  const limiter = new DatabaseCounter({ limit, prefix: 'p', add, onProblem: (problem) => void problems.push(problem) });
  open.push(limiter);
  const counts = new SharedCounts({ limit, limiter, nameOf: (key) => `digest of ${key}`, now: () => now });
  return { counts, problems, pass: (ms: number) => (now += ms) };
}

const takeMany = async (counts: SharedCounts, many: number, key = 'a') => {
  const all = await Promise.all(Array.from({ length: many }, () => counts.take(key)));
  return all.filter(({ admitted }) => admitted).length;
};

describe('requests that several gateways count together (fault 21)', () => {
  it.each([1, 2, 5])('are at most the limit, and a tenth of it for each of %s', async (many) => {
    const { add } = countedTogether();
    const gateways = Array.from({ length: many }, () => gateway(add));
    const admitted = await Promise.all(gateways.map(({ counts }) => takeMany(counts, 300)));
    expect(admitted.reduce((sum, one) => sum + one, 0)).toBe(LIMIT + many * SHARE);
  });

  it.each([1, 7, 9, 10, 15, 99])('never pass a limit of %s by more', async (limit) => {
    const { add } = countedTogether();
    const share = Math.max(1, Math.floor(limit / 10));
    const admitted = await takeMany(gateway(add, limit).counts, 300);
    expect(admitted).toBeGreaterThan(limit - share);
    expect(admitted).toBeLessThanOrEqual(limit + share);
  });

  it('wait for nobody while they are few, and once in a tenth when they are many', async () => {
    const { add, asked } = countedTogether();
    const { counts } = gateway(add);
    expect(await takeMany(counts, SHARE)).toBe(SHARE);
    expect(asked).toEqual([]);
    expect(await takeMany(counts, 4 * SHARE)).toBe(4 * SHARE);
    expect(asked).toEqual(Array.from({ length: 4 }, () => 'p:digest of a'));
  });

  it('are refused until the window of all ends, and asked for no more', async () => {
    const { add, asked, endWindow } = countedTogether();
    const { counts, pass } = gateway(add);
    await takeMany(counts, 300);
    const before = asked.length;
    expect(await counts.take('a')).toEqual({ admitted: false, remaining: 0, resetMs: 700 });
    expect(await takeMany(counts, 100)).toBe(0);
    expect(asked).toHaveLength(before);
    expect((await counts.take('b')).admitted).toBe(true);
    pass(701);
    endWindow();
    expect(await takeMany(counts, 300)).toBe(LIMIT + SHARE);
  });

  it('say how much is left', async () => {
    const { counts } = gateway(countedTogether().add);
    expect(await counts.take('a')).toEqual({ admitted: true, remaining: LIMIT - 1, resetMs: 1_000 });
    await takeMany(counts, SHARE - 1);
    expect((await counts.take('a')).remaining).toBe(LIMIT - 1);
  });
});

describe('a count that can not be asked', () => {
  const ANSWER = { points: 1, endsInMs: 1 };

  it.each<[string, number, AddToCount]>([
    ['fails', 0, () => Promise.reject(new Error('no database'))],
    ['never answers', 250, () => new Promise(() => undefined)],
    ['answers late', 250, () => new Promise((answer) => setTimeout(answer, 251, ANSWER))],
  ])(
    'and %s holds everybody up for %s ms, lets nobody ask more than the limit, and is told',
    async (_, heldMs, add) => {
      jest.useFakeTimers();
      const { counts, problems } = gateway(add);
      const began = performance.now();
      const taking = takeMany(counts, 300).then((admitted) => ({ admitted, heldMs: performance.now() - began }));
      await jest.advanceTimersByTimeAsync(900);
      expect(await taking).toEqual({ admitted: LIMIT + SHARE, heldMs });
      // Nobody else asks it meanwhile.
      expect(problems).toEqual([expect.any(Error)]);
    },
  );

  it('is waited for where it comes within 249 ms after all', async () => {
    jest.useFakeTimers();
    const { counts, problems } = gateway(() => new Promise((answer) => setTimeout(answer, 249, ANSWER)));
    const taking = takeMany(counts, 2 * SHARE);
    await jest.advanceTimersByTimeAsync(900);
    expect(await taking).toBe(2 * SHARE);
    expect(problems).toEqual([]);
  });

  it('is asked again by itself, and counts for all when it answers', async () => {
    const { add, asked } = countedTogether();
    let isThere = false;
    const { counts, problems } = gateway((...counted) =>
      isThere ? add(...counted) : Promise.reject(new Error('no database')),
    );
    await takeMany(counts, 2 * SHARE);
    expect(problems).toHaveLength(1);
    isThere = true;
    await until(() => problems.at(-1) === undefined);
    await takeMany(counts, 2 * SHARE, 'b');
    expect(asked).toContain('p:digest of b');
  });
});
