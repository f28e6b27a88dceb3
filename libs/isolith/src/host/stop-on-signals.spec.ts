import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type Stoppable, Stopper } from './stop-on-signals.js';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const GRACE = 1_000;
const DELAY = 5_000;
const never = (): Promise<void> => new Promise(() => undefined);

function starting(isWorking = false) {
  const seen: (string | number)[] = [];
  const stopper = new Stopper({
    say: (line) => void seen.push(line),
    exit: (code) => void seen.push(code),
    isWorking: () => isWorking,
  });
  const started = (close: Stoppable['close'], delayMs = 0): void =>
    stopper.started(
      {
        close: () => {
          seen.push('close');
          return close();
        },
        leave: () => void seen.push('leave'),
        cutConnections: () => void seen.push('cut'),
      },
      { delayMs, graceMs: GRACE },
    );
  return { seen, stopper, started };
}
function running(close: Stoppable['close'], delayMs = 0) {
  const { started, ...rest } = starting();
  started(close, delayMs);
  return rest;
}

describe('a signal while the host starts (fault 35)', () => {
  it('ends it with 0 at once', () => {
    const { seen, stopper } = starting();
    stopper.signal('SIGTERM');
    expect(seen).toEqual(['SIGTERM: stopped while starting', 0]);
  });

  it('that has begun to work waits for the end of the start, then drains', async () => {
    const { seen, stopper, started } = starting(true);
    stopper.signal('SIGTERM');
    expect(seen).toEqual([]);
    started(() => Promise.resolve());
    await jest.advanceTimersByTimeAsync(0);
    expect(seen).toEqual(['leave', 'close', 0]);
  });

  it('that has begun to work does not wait after a second one', () => {
    const { seen, stopper } = starting(true);
    stopper.signal('SIGTERM');
    stopper.signal('SIGHUP');
    expect(seen).toEqual(['SIGHUP: stopped while starting', 0]);
  });
});

describe('the first signal', () => {
  it('closes the host and ends with 0', async () => {
    const { seen, stopper } = running(() => Promise.resolve());
    stopper.signal('SIGHUP');
    await jest.advanceTimersByTimeAsync(0);
    expect(seen).toEqual(['leave', 'close', 0]);
  });

  it('ends with 1 and says why when closing fails', async () => {
    const { seen, stopper } = running(() => Promise.reject(new Error('disk is full')));
    stopper.signal('SIGTERM');
    await jest.advanceTimersByTimeAsync(0);
    expect(seen).toEqual(['leave', 'close', 'stopping failed: disk is full', 1]);
  });

  it('cuts connections after the grace and ends with 1 soon after', async () => {
    const { seen, stopper } = running(never);
    stopper.signal('SIGTERM');
    await jest.advanceTimersByTimeAsync(GRACE - 1);
    expect(seen).toEqual(['leave', 'close']);
    await jest.advanceTimersByTimeAsync(1);
    expect(seen.slice(2)).toEqual(['cut']);
    await jest.advanceTimersByTimeAsync(2_000);
    expect(seen.slice(3)).toEqual(['not stopped within SHUTDOWN_GRACE_MS (1000 ms): ending with work unfinished', 1]);
  });
});

describe('with a delay', () => {
  it('the host is not ready at once, serves until the delay is over, and has its whole grace then (fault 39)', async () => {
    const { seen, stopper } = running(never, DELAY);
    stopper.signal('SIGTERM');
    expect(seen).toEqual(['leave']);
    await jest.advanceTimersByTimeAsync(DELAY - 1);
    expect(seen).toEqual(['leave']);
    await jest.advanceTimersByTimeAsync(1);
    expect(seen).toEqual(['leave', 'close']);
    await jest.advanceTimersByTimeAsync(GRACE - 1);
    expect(seen).toEqual(['leave', 'close']);
  });

  it('a second signal cuts the delay short, a third one the grace (fault 39)', async () => {
    const { seen, stopper } = running(never, DELAY);
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGTERM'] as const) stopper.signal(signal);
    await jest.advanceTimersByTimeAsync(DELAY);
    expect(seen.slice(0, 5)).toEqual([
      'leave',
      'SIGINT again: SHUTDOWN_DELAY_MS is cut short',
      'close',
      'SIGTERM again: ending at once',
      143,
    ]);
    expect(seen.filter((one) => one === 'close')).toHaveLength(1);
  });
});

it('the second signal ends at once, as by that signal', () => {
  const { seen, stopper } = running(never);
  stopper.signal('SIGINT');
  stopper.signal('SIGTERM');
  expect(seen).toEqual(['leave', 'close', 'SIGTERM again: ending at once', 143]);
});
