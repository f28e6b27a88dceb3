import { describe, expect, it } from '@jest/globals';
import { PacedWrites } from './paced-writes.js';

/** A second of requests, 20 of them writes to orders, of which the context gets 5 done. */
function second(writes: PacedWrites, waits: { orders: number }, move: (ms: number) => void): string[] {
  const refused: string[] = [];
  for (let nth = 0; nth < 20; nth += 1) {
    move(50);
    for (const [context, method] of [
      ['orders', 'POST'],
      ['orders', 'GET'],
      ['products', 'PATCH'],
    ] as const) {
      if (writes.refuses(context, method)) refused.push(`${method} ${context}`);
      else if (method === 'POST') waits.orders += 1;
    }
  }
  waits.orders = Math.max(0, waits.orders - 5);
  writes.look();
  return refused;
}

describe('what outlives its request', () => {
  it('is begun no faster than its context gets it done, while reads and other contexts go on', () => {
    let now = 0;
    const waits = { orders: 0 };
    const writes = new PacedWrites(
      ['orders', 'products'],
      () => (context) => (context === 'orders' ? waits.orders : 0),
      () => now,
    );
    const refused = Array.from({ length: 30 }, () => second(writes, waits, (ms) => (now += ms)));
    expect(new Set(refused.flat())).toEqual(new Set(['POST orders']));
    // 15 of 20 each second, on the whole.
    expect(refused.slice(10).flat().length / 20).toBeGreaterThan(13);
    expect(waits.orders).toBeLessThan(30);
    expect(writes.paces.get('products')?.state()).toMatchObject({ perSecond: undefined, refused: 0 });
  });
});
