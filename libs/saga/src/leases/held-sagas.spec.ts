import { leaseTerms } from '@isolith/journal/internal';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HeldSagas } from './held-sagas.js';
import type { HeldSaga } from './saga-leases.js';

const LEASE_MS = 1_000;
const key = { name: 'orders.held', id: 'held' };

/** The clock stands still but for what a spec lets pass. */
beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function holding(renew: (held: readonly HeldSaga[]) => Promise<void>) {
  const errors: unknown[] = [];
  const renewedAt: number[] = [];
  const begun = performance.now();
  const end = Promise.withResolvers<void>();
  const held = new HeldSagas(
    {
      terms: leaseTerms({ leaseMs: LEASE_MS }),
      renew: (sagas) => {
        renewedAt.push(performance.now() - begun);
        return renew(sagas);
      },
    },
    (error) => errors.push(error),
  );
  void held.hold(key, () => end.promise);
  held.extended({ ...key, token: 1, step: 'a', done: [] });
  return { held, errors, renewedAt, end };
}

describe('the renewal of a lease', () => {
  it('comes before half of it is over, wherever between two looks at it the lease was last extended', async () => {
    const { held, renewedAt, end } = holding(async () => undefined);
    // Right after a look.
    await jest.advanceTimersByTimeAsync(LEASE_MS / 5 + 1);
    const before = renewedAt.length;
    held.extended({ ...key, token: 1, step: 'a', done: [] });
    await jest.advanceTimersByTimeAsync(LEASE_MS / 2);
    expect(renewedAt.length).toBeGreaterThan(before);
    end.resolve();
    await held.stop();
  });

  it('that failed is tried again while the lease lasts, and one that succeeded is not repeated at once', async () => {
    let broken = true;
    const { held, errors, renewedAt, end } = holding(async () => {
      if (broken) throw new Error('the connection was lost');
    });
    await jest.advanceTimersByTimeAsync(LEASE_MS / 5);
    expect({ tried: renewedAt.length, errors }).toMatchObject({
      tried: 1,
      errors: [{ message: 'the connection was lost' }],
    });
    await jest.advanceTimersByTimeAsync(LEASE_MS / 5);
    expect(renewedAt).toHaveLength(2);
    broken = false;
    await jest.advanceTimersByTimeAsync(LEASE_MS / 5);
    expect(renewedAt.at(-1)).toBeLessThan(LEASE_MS * 0.7);
    end.resolve();
    await held.stop();
  });

  it('under way is the only one', async () => {
    const answer = Promise.withResolvers<void>();
    const { held, renewedAt, end } = holding(() => answer.promise);
    await jest.advanceTimersByTimeAsync(LEASE_MS);
    expect(renewedAt).toHaveLength(1);
    answer.resolve();
    await jest.advanceTimersByTimeAsync(LEASE_MS / 5);
    expect(renewedAt).toHaveLength(2);
    end.resolve();
    await held.stop();
  });
});
