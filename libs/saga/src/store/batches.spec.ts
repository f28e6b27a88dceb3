import { describe, expect, it } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as turn } from 'node:timers/promises';
import { Batches } from './batches.js';

/** Batches that are done when the spec says so. */
function gathered(options = { atOnce: 1, most: 4 }) {
  const batches: { readonly items: readonly string[]; readonly done: PromiseWithResolvers<void> }[] = [];
  const asked = new Batches<string, string>(async (items) => {
    const done = Promise.withResolvers<void>();
    batches.push({ items, done });
    await done.promise;
    return items.map((item) => `${item} done`);
  }, options);
  return { asked, batches };
}

const settled = <T>(all: readonly Promise<T>[]) =>
  Promise.all(
    all.map((each) =>
      each.then(
        (value) => value,
        (error: Error) => error.message,
      ),
    ),
  );

describe('what is asked for', () => {
  it('while another batch is under way is one batch, answered one by one, and so is what they ask for together next', async () => {
    const { asked, batches } = gathered();
    const again = async (item: string): Promise<string> => asked.ask(await asked.ask(item));
    const answers = [asked.ask('first'), ...['a', 'b', 'c'].map(again)];
    for (const nth of [0, 1, 2]) {
      for (let turns = 0; turns < 3; turns += 1) await turn();
      batches[nth]?.done.resolve();
    }
    expect(await Promise.all(answers)).toEqual(['first done', 'a done done', 'b done done', 'c done done']);
    expect(batches.map(({ items }) => items)).toEqual([['first'], ['a', 'b', 'c'], ['a done', 'b done', 'c done']]);
  });

  it('waits for no other turn, unless as many batches as may be are under way', async () => {
    const { asked, batches } = gathered();
    const answers = [asked.ask('a')];
    await turn();
    answers.push(asked.ask('b'));
    await turn();
    answers.push(asked.ask('c'));
    await turn();
    expect(batches.map(({ items }) => items)).toEqual([['a']]);
    batches[0]?.done.resolve();
    await answers[0];
    await turn();
    await turn();
    expect(batches.map(({ items }) => items)).toEqual([['a'], ['b', 'c']]);
    batches[1]?.done.resolve();
    await Promise.all(answers);
  });

  it('is cut where it is too much for one', async () => {
    const { asked, batches } = gathered({ atOnce: 2, most: 2 });
    const answers = ['a', 'b', 'c', 'd', 'e'].map((item) => asked.ask(item));
    for (let turns = 0; turns < 5; turns += 1) await turn();
    expect(batches.map(({ items }) => items)).toEqual([['a'], ['b']]);
    for (const { done } of batches) done.resolve();
    await Promise.all(answers.slice(0, 2));
    for (let turns = 0; turns < 5; turns += 1) await turn();
    expect(batches.map(({ items }) => items)).toEqual([['a'], ['b'], ['c', 'd'], ['e']]);
    for (const { done } of batches) done.resolve();
    expect(await answers[4]).toBe('e done');
  });
});

describe('a batch', () => {
  it('that fails fails for all in it and for nobody else', async () => {
    const { asked, batches } = gathered();
    const first = asked.ask('first');
    const lost = ['a', 'b'].map((item) => asked.ask(item));
    batches[0]?.done.resolve();
    expect(await first).toBe('first done');
    for (let turns = 0; turns < 3; turns += 1) await turn();
    const next = asked.ask('c');
    batches[1]?.done.reject(new Error('lost'));
    expect(await settled(lost)).toEqual(['lost', 'lost']);
    for (let turns = 0; turns < 3; turns += 1) await turn();
    batches[2]?.done.resolve();
    expect(await next).toBe('c done');
  });

  it('lets one of its items take longer than the others', async () => {
    const slow = Promise.withResolvers<string>();
    const asked = new Batches<string, string>(
      async (items) => items.map((item) => (item === 'slow' ? slow.promise : item)),
      { atOnce: 1, most: 4 },
    );
    const late = asked.ask('slow');
    expect(await asked.ask('quick')).toBe('quick');
    expect(await asked.ask('next')).toBe('next');
    slow.resolve('at last');
    expect(await late).toBe('at last');
  });

  it('is no part of what the first who asked is doing', async () => {
    const doing = new AsyncLocalStorage<string>();
    const asked = new Batches<string, string>(async (items) => items.map(() => doing.getStore() ?? 'nothing'), {
      atOnce: 1,
      most: 4,
    });
    expect(await doing.run('a request', () => asked.ask('a'))).toBe('nothing');
  });
});
