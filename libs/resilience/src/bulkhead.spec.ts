import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Bulkhead } from './bulkhead.js';
import { BulkheadFullError } from './errors.js';
import { Run } from './run.js';

const runtime = { now: () => Date.now(), random: Math.random };
const free = (): Run => new Run('db', runtime, {});
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await Promise.resolve();
};

describe('Bulkhead', () => {
  it('runs up to its concurrency, queues up to its queue, refuses the next by name', async () => {
    // given
    const bulkhead = new Bulkhead('db', 2, 1);
    const work = [1, 2, 3].map(() => Promise.withResolvers<number>());
    const runs = work.map(({ promise }) => bulkhead.execute(() => promise, free()));
    // when
    const refused = bulkhead.execute(() => Promise.resolve(4), free());
    // then
    await expect(refused).rejects.toMatchObject({ name: 'BulkheadFullError', policy: 'db', concurrency: 2, queue: 1 });
    expect(bulkhead.state()).toEqual({ running: 2, queued: 1 });
    work.forEach(({ resolve }, index) => resolve(index));
    expect(await Promise.all(runs)).toEqual([0, 1, 2]);
    expect(bulkhead.state()).toEqual({ running: 0, queued: 0 });
  });

  it('with a queue of 0 refuses as soon as the slots are taken', async () => {
    const bulkhead = new Bulkhead('db', 1, 0);
    const held = Promise.withResolvers<void>();
    const first = bulkhead.execute(() => held.promise, free());
    await expect(bulkhead.execute(() => Promise.resolve(), free())).rejects.toBeInstanceOf(BulkheadFullError);
    held.resolve();
    await first;
  });

  it('frees the slot of an attempt that fails', async () => {
    const bulkhead = new Bulkhead('db', 1, 0);
    await expect(bulkhead.execute(() => Promise.reject(new Error('deadlock')), free())).rejects.toThrow('deadlock');
    expect(await bulkhead.execute(() => Promise.resolve(1), free())).toBe(1);
  });

  it.each([0, 1, 2, 3, 4])('lets nobody overtake the queue, %p turns after a slot was given back', async (delay) => {
    const bulkhead = new Bulkhead('db', 1, 5);
    const order: string[] = [];
    const held = Promise.withResolvers<void>();
    const first = bulkhead.execute(() => held.promise, free());
    const queued = bulkhead.execute(async () => void order.push('queued'), free());
    held.resolve();
    await turns(delay);
    const newcomer = bulkhead.execute(async () => void order.push('newcomer'), free());
    await Promise.all([first, queued, newcomer]);
    expect(order).toEqual(['queued', 'newcomer']);
  });

  it('gives the place of an aborted waiter free at once, and never a slot to it', async () => {
    // given: one runs, one waits, the queue is full
    const bulkhead = new Bulkhead('db', 1, 1);
    const held = Promise.withResolvers<void>();
    const caller = new AbortController();
    const first = bulkhead.execute(() => held.promise, free());
    let ran = false;
    const aborted = bulkhead.execute(async () => void (ran = true), new Run('db', runtime, { signal: caller.signal }));
    // when
    caller.abort(new Error('the client left'));
    // then
    await expect(aborted).rejects.toThrow('the client left');
    expect(bulkhead.state()).toEqual({ running: 1, queued: 0 });
    const next = bulkhead.execute(() => Promise.resolve('next'), free());
    held.resolve();
    await first;
    expect(await next).toBe('next');
    expect(ran).toBe(false);
    expect(bulkhead.state()).toEqual({ running: 0, queued: 0 });
  });

  it('neither runs nor queues a run that has ended', async () => {
    const bulkhead = new Bulkhead('db', 1, 1);
    const held = Promise.withResolvers<void>();
    const first = bulkhead.execute(() => held.promise, free());
    const ended = new Run('db', runtime, { signal: AbortSignal.abort('enough') });
    await expect(bulkhead.execute(() => Promise.resolve(), ended)).rejects.toBe('enough');
    expect(bulkhead.state()).toEqual({ running: 1, queued: 0 });
    held.resolve();
    await first;
  });

  it('leaves no listener on the run of an admitted waiter', async () => {
    const bulkhead = new Bulkhead('db', 1, 1);
    const run = free();
    await Promise.all([
      bulkhead.execute(() => Promise.resolve(), free()),
      bulkhead.execute(() => Promise.resolve(), run),
    ]);
    expect(getEventListeners(run.signal, 'abort')).toEqual([]);
  });

  it.each([0, 1, 2, 3, 4])(
    'loses no slot to a waiter that is aborted %p turns after the slot was given back',
    async (delay) => {
      const bulkhead = new Bulkhead('db', 1, 1);
      const held = Promise.withResolvers<void>();
      const caller = new AbortController();
      const run = new Run('db', runtime, { signal: caller.signal });
      const first = bulkhead.execute(() => held.promise, free());
      const waiter = bulkhead.execute(async () => run.signal.throwIfAborted(), run);
      held.resolve();
      await turns(delay);
      caller.abort(new Error('the client left'));
      await Promise.allSettled([first, waiter]);
      expect(bulkhead.state()).toEqual({ running: 0, queued: 0 });
    },
  );

  it('law: never more than concurrency run, admitted ones start in arrival order, every run settles', async () => {
    const step = fc.oneof(
      fc.constant({ kind: 'arrive' as const }),
      fc.record({ kind: fc.constant('finish' as const), pick: fc.nat(20), fails: fc.boolean() }),
      fc.record({ kind: fc.constant('abort' as const), pick: fc.nat(20) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.nat(3),
        fc.array(step, { maxLength: 60 }),
        async (concurrency, queue, steps) => {
          const bulkhead = new Bulkhead('db', concurrency, queue);
          const running = new Map<number, PromiseWithResolvers<void>>();
          const started: number[] = [];
          const callers: AbortController[] = [];
          const outcomes: Promise<unknown>[] = [];
          for (const next of steps) {
            if (next.kind === 'arrive') {
              const id = callers.push(new AbortController()) - 1;
              const signal = callers[id]?.signal;
              const work = async (): Promise<void> => {
                signal?.throwIfAborted();
                const end = Promise.withResolvers<void>();
                running.set(id, end);
                started.push(id);
                await end.promise.finally(() => running.delete(id));
              };
              outcomes.push(
                bulkhead.execute(work, new Run('db', runtime, { signal })).catch((error: unknown) => error),
              );
            } else if (next.kind === 'finish') {
              const end = [...running.values()][next.pick % Math.max(1, running.size)];
              if (next.fails) end?.reject(new Error('work failed'));
              else end?.resolve();
            } else callers[next.pick % Math.max(1, callers.length)]?.abort();
            await turns(next.kind === 'finish' ? next.pick : 1);
            expect(running.size).toBeLessThanOrEqual(concurrency);
            expect(bulkhead.state().queued).toBeLessThanOrEqual(queue);
          }
          while (bulkhead.state().running > 0) {
            for (const end of running.values()) end.resolve();
            await turns(1);
          }
          await Promise.all(outcomes);
          expect(started).toEqual([...started].sort((a, b) => a - b));
          expect(bulkhead.state()).toEqual({ running: 0, queued: 0 });
        },
      ),
    );
  });
});
