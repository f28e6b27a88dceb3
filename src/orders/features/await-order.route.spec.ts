import { describe, expect, it } from '@jest/globals';
import { OrderView, type OrderStatus } from '../orders.contract.js';
import { awaitOrder } from './await-order.route.js';

const order = (status: OrderStatus): OrderView =>
  OrderView.parse({
    id: '0b6c7d7e-5a55-4d2a-9a53-3f0a3b1e6a01',
    customerId: '7d1f6a52-97a4-4d54-8d38-0f4a6c2b7e02',
    status,
    lines: [],
    totalMinor: 0,
    currency: 'EUR',
    history: [],
  });

/** An order that is pending for a number of looks. */
function pendingFor(looks: number, then: OrderStatus): { look: () => Promise<OrderView>; looks: () => number } {
  let count = 0;
  return { look: async () => order(++count > looks ? then : 'pending'), looks: () => count };
}

describe('waiting for an order', () => {
  it.each(['confirmed', 'rejected', 'cancelled'] as const)('ends with the look that sees it %s', async (status) => {
    const { look, looks } = pendingFor(2, status);
    await expect(awaitOrder(look, new AbortController().signal)).resolves.toMatchObject({ status });
    expect(looks()).toBe(3);
  });

  it('ends during a pause when the signal aborts, after one more look', async () => {
    const controller = new AbortController();
    const { look, looks } = pendingFor(Number.POSITIVE_INFINITY, 'confirmed');
    const waiting = awaitOrder(async () => {
      const seen = await look();
      if (looks() === 2) setImmediate(() => controller.abort());
      return seen;
    }, controller.signal);
    await expect(waiting).resolves.toMatchObject({ status: 'pending' });
    expect(looks()).toBe(3);
  });

  it('looks once when nobody waits any more', async () => {
    const { look, looks } = pendingFor(5, 'confirmed');
    await expect(awaitOrder(look, AbortSignal.abort())).resolves.toMatchObject({ status: 'pending' });
    expect(looks()).toBe(1);
  });

  it('passes on what looking throws', async () => {
    await expect(awaitOrder(() => Promise.reject(new Error('gone')), new AbortController().signal)).rejects.toThrow(
      'gone',
    );
  });
});
