import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import { KeyedRuns, type KeyedRun } from './keyed-runs.js';

function recorder(): {
  started: string[];
  run: (name: string, key: string | undefined, gone?: () => boolean) => KeyedRun & { end: () => void };
} {
  const started: string[] = [];
  return {
    started,
    run: (name, key, gone = () => false) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      return { key, abandoned: gone, end: resolve, perform: () => (started.push(name), promise) };
    },
  };
}

describe('runs by key', () => {
  it('go one after the other within a key, side by side across keys', async () => {
    const [runs, { started, run }] = [new KeyedRuns(), recorder()];
    const [a1, a2, b1, free] = [run('a1', 'a'), run('a2', 'a'), run('b1', 'b'), run('free', undefined)];
    for (const one of [a1, a2, b1, free]) runs.add(one);
    await turn();
    expect(started).toEqual(['a1', 'b1', 'free']);
    a1.end();
    await turn();
    expect(started).toEqual(['a1', 'b1', 'free', 'a2']);
  });

  it('skips what was abandoned, and what comes again waits for what still runs', async () => {
    const [runs, { started, run }] = [new KeyedRuns(), recorder()];
    let lost = false;
    const [first, second] = [run('1', 'a', () => lost), run('2', 'a', () => lost)];
    runs.add(first);
    runs.add(second);
    lost = true;
    for (const again of ['1 again', '2 again']) {
      const one = run(again, 'a');
      one.end();
      runs.add(one);
    }
    await turn();
    expect(started).toEqual(['1']);
    first.end();
    await turn();
    expect(started).toEqual(['1', '1 again', '2 again']);
  });
});
