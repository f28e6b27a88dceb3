import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { NotDeliveredError, OverloadedError } from '@isolith/contracts';
import fc from 'fast-check';
import { SendWindow, type Sendable } from './window.js';

class Item implements Sendable {
  state: 'waiting' | 'started' | Error = 'waiting';

  constructor(
    readonly nth: number,
    readonly key: string | undefined,
    private readonly log: Item[],
    readonly bytes = 1,
  ) {}

  start(): void {
    this.state = 'started';
    this.log.push(this);
  }

  refuse(error: Error): void {
    this.state = error;
  }
}

const BOUNDS = { unconfirmed: 2, unconfirmedBytes: 100, waiting: 10, patienceMs: 1_000 };

/** One in which something waits looks again and again, in whatever file runs by then. */
const windows: SendWindow<Item>[] = [];
afterEach(() => {
  for (const window of windows.splice(0)) window.fail(new Error('the test is over'));
});

function opened(bounds = BOUNDS): {
  window: SendWindow<Item>;
  log: Item[];
  add: (key?: string, bytes?: number) => Item;
} {
  const [window, log] = [new SendWindow<Item>(bounds), new Array<Item>()];
  windows.push(window);
  let count = 0;
  window.setOpen(true);
  const add = (key?: string, bytes?: number): Item => {
    const item = new Item((count += 1), key, log, bytes);
    window.submit(item);
    return item;
  };
  return { window, log, add };
}

describe('the confirm window', () => {
  it('starts no more than fit, and the next when one is confirmed', () => {
    const { window, log, add } = opened();
    const [first, second, third] = [add(), add(), add()];
    expect(log).toEqual([first, second]);
    expect(window.room).toBe(9);
    window.settled(second, true);
    expect(log).toEqual([first, second, third]);
  });

  it('counts bytes, and lets one that is too large go alone', () => {
    const { window, log, add } = opened();
    const [small, large, next] = [add(undefined, 60), add(undefined, 500), add(undefined, 10)];
    expect(log).toEqual([small]);
    window.settled(small, true);
    expect(log).toEqual([small, large]);
    window.settled(large, true);
    expect(log).toEqual([small, large, next]);
  });

  it('has one of a key unconfirmed, while others go past', () => {
    const { window, log, add } = opened();
    const [a1, a2, b1] = [add('a'), add('a'), add('b')];
    expect(log).toEqual([a1, b1]);
    window.settled(a1, true);
    expect(log).toEqual([a1, b1, a2]);
  });

  it('refuses those behind a refused one of their key', () => {
    const { window, log, add } = opened();
    const [a1, a2, a3] = [add('a'), add('a'), add('a')];
    window.settled(a1, false);
    expect([a2.state, a3.state]).toEqual([expect.any(NotDeliveredError), expect.any(NotDeliveredError)]);
    const a4 = add('a');
    expect(log).toEqual([a1, a4]);
  });

  it('takes back what waits, with those behind it, and never what is written', () => {
    const { window, add } = opened();
    const [a1, a2, a3, b1] = [add('a'), add('a'), add('a'), add('b')];
    const error = new Error('given up');
    expect([window.cancel(a1, error), window.cancel(a2, error)]).toEqual([false, true]);
    expect([a2.state, a3.state]).toEqual([error, expect.any(NotDeliveredError)]);
    const c1 = add('c');
    expect(window.cancel(c1, error)).toBe(true);
    const c2 = add('c');
    window.settled(b1, true);
    expect(c2.state).toBe('started');
    expect(window.room).toBe(10);
  });

  it('hands out what was unconfirmed when the channel is lost, and refuses the rest', () => {
    const { window, add } = opened();
    const [a1, a2, b1, c1] = [add('a'), add('a'), add('b'), add('c')];
    const error = new Error('lost');
    expect(window.fail(error)).toEqual([a1, b1]);
    expect([a2.state, c1.state]).toEqual([error, error]);
    const a3 = add('a');
    expect(a3.state).toBe('waiting');
    window.setOpen(true);
    expect(a3.state).toBe('started');
  });

  it('refuses what waits when nothing is confirmed for too long, and only then', () => {
    jest.useFakeTimers();
    try {
      const { window, add } = opened();
      const [first, , waiting] = [add(), add(), add()];
      jest.advanceTimersByTime(900);
      window.settled(first, true);
      const later = add();
      expect(waiting.state).toBe('started');
      jest.advanceTimersByTime(900);
      expect(later.state).toBe('waiting');
      jest.advanceTimersByTime(200);
      expect(later.state).toBeInstanceOf(OverloadedError);
    } finally {
      jest.useRealTimers();
    }
  });

  it('keeps the order of a key whatever the broker answers', () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ what: fc.constant('add' as const), key: fc.constantFrom('a', 'b', undefined) }),
        fc.record({
          what: fc.constantFrom('confirm' as const, 'refuse' as const, 'cancel' as const, 'lose' as const),
          nth: fc.nat(20),
        }),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (all) => {
        const { window, log, add } = opened({ ...BOUNDS, unconfirmed: 3, waiting: 1_000 });
        const items: Item[] = [];
        for (const step of all) {
          if (step.what === 'add') items.push(add(step.key));
          else if (step.what === 'cancel')
            window.cancel(items[step.nth] ?? new Item(0, undefined, []), new Error('cancelled'));
          else if (step.what === 'lose') {
            window.fail(new Error('lost'));
            window.setOpen(true);
          } else {
            const answered = log.filter((item) => item.state === 'started')[step.nth % 3];
            if (answered !== undefined) {
              answered.state = new Error(step.what);
              window.settled(answered, step.what === 'confirm');
            }
          }
          for (const key of ['a', 'b']) {
            const started = log.filter((item) => item.key === key).map(({ nth }) => nth);
            expect(started).toEqual(started.toSorted((one, other) => one - other));
          }
        }
        expect(window.room).toBe(1_000 - items.filter(({ state }) => state === 'waiting').length);
      }),
    );
  });
});
