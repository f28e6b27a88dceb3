import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { Aborts } from './aborts.js';

describe('aborts', () => {
  it('tell all that wait, in the order in which they came, and none that went', () => {
    const [aborts, controller, told] = [new Aborts(), new AbortController(), new Array<string>()];
    const [first, second, gone] = ['first', 'second', 'gone'].map((name) => () => void told.push(name));
    for (const run of [first, gone, second]) if (run !== undefined) aborts.add(controller.signal, run);
    if (gone !== undefined) aborts.remove(controller.signal, gone);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    controller.abort();
    expect(told).toEqual(['first', 'second']);
  });

  it('leave nothing at a signal for which nobody waits, and begin anew', () => {
    const [aborts, controller, told] = [new Aborts(), new AbortController(), new Array<string>()];
    const run = (): void => void told.push('told');
    aborts.add(controller.signal, run);
    aborts.remove(controller.signal, run);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    aborts.remove(controller.signal, run);
    aborts.add(controller.signal, run);
    controller.abort();
    expect(told).toEqual(['told']);
  });

  it('let one go while they are told', () => {
    const [aborts, controller, told] = [new Aborts(), new AbortController(), new Array<string>()];
    const run = (name: string): (() => void) => {
      const own = (): void => {
        told.push(name);
        aborts.remove(controller.signal, own);
      };
      return own;
    };
    for (const name of ['a', 'b', 'c']) aborts.add(controller.signal, run(name));
    controller.abort();
    expect(told).toEqual(['a', 'b', 'c']);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  });
});
