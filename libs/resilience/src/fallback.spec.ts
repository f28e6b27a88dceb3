import { describe, expect, it, jest } from '@jest/globals';
import { noFallback, withFallback } from './fallback.js';
import { Run } from './run.js';

class Declined extends Error {}
const runtime = { now: () => Date.now(), random: Math.random };
const isAnswer = (error: unknown): boolean => error instanceof Declined;
const down = (): Promise<never> => Promise.reject(new Error('down'));

describe('withFallback', () => {
  it('stays out of the way of a result', async () => {
    const fallback = jest.fn(() => 'old');
    expect(await withFallback(() => Promise.resolve('new'), new Run('p', runtime, {}), fallback, isAnswer)).toBe('new');
    expect(fallback).not.toHaveBeenCalled();
  });

  it.each([(error: unknown) => `old: ${String(error)}`, async (error: unknown) => `old: ${String(error)}`])(
    'answers an error, at once or later (%#)',
    async (fallback) => {
      expect(await withFallback(down, new Run('p', runtime, {}), fallback, isAnswer)).toBe('old: Error: down');
    },
  );

  it('leaves an expected failure alone', async () => {
    await expect(
      withFallback(
        () => Promise.reject(new Declined()),
        new Run('p', runtime, {}),
        () => 'old',
        isAnswer,
      ),
    ).rejects.toBeInstanceOf(Declined);
  });

  it('answers a passed deadline', async () => {
    const run = new Run('p', runtime, { deadline: 1, signal: new AbortController().signal });
    expect(
      await withFallback(
        async () => run.signal.throwIfAborted(),
        run,
        () => 'old',
        isAnswer,
      ),
    ).toBe('old');
  });

  it("does not answer the caller's own abort", async () => {
    const fallback = jest.fn(() => 'old');
    const run = new Run('p', runtime, { signal: AbortSignal.abort('enough') });
    await expect(withFallback(down, run, fallback, isAnswer)).rejects.toBe('enough');
    expect(fallback).not.toHaveBeenCalled();
  });

  it("is ended by the caller's abort", async () => {
    const caller = new AbortController();
    const asked = Promise.withResolvers<void>();
    const hangs = (): Promise<string> => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    const outcome = withFallback(down, new Run('p', runtime, { signal: caller.signal }), hangs, isAnswer);
    await asked.promise;
    caller.abort('enough');
    await expect(outcome).rejects.toBe('enough');
  });

  it('passes on what the fallback throws', async () => {
    const broken = (): never => {
      throw new Error('no copy either');
    };
    await expect(withFallback(down, new Run('p', runtime, {}), broken, isAnswer)).rejects.toThrow('no copy either');
  });

  it('noFallback keeps its reason', () => {
    expect(noFallback('money has no substitute')).toEqual({ reason: 'money has no substitute' });
  });
});
