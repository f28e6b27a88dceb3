import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ForbiddenError, UnauthenticatedError } from '@isolith/contracts';
import { BadCursor, ListOrders, ListOrderTotals } from '../orders.contract.js';
import { openOrders, STARTS_WITHIN_MS, type OrdersUnderTest } from '../testing/open-orders.js';

let orders: OrdersUnderTest;
beforeAll(async () => void (orders = await openOrders()), STARTS_WITHIN_MS);
afterAll(() => orders.close());

async function all(
  query: { limit: number; customerId?: string; status?: 'confirmed' | 'pending' },
  user: string,
  roles?: readonly string[],
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await orders.ask(
      new ListOrders({ ...query, ...(cursor === undefined ? {} : { cursor }) }),
      user,
      roles,
    );
    expect(page.items.length).toBeLessThanOrEqual(query.limit);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return ids;
}

async function placed(user: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let nth = 0; nth < count; nth++) ids.unshift(await orders.place(user));
  await Promise.all(ids.map((id) => orders.until(id, 'confirmed')));
  return ids;
}

describe('listing orders', () => {
  it('shows a customer the own ones, newest first, page by page', async () => {
    const [ada, bob] = [randomUUID(), randomUUID()];
    const [ofAda, ofBob] = [await placed(ada, 5), await placed(bob, 2)];
    expect(await all({ limit: 2 }, ada)).toEqual(ofAda);
    expect(await all({ limit: 5 }, ada)).toEqual(ofAda);
    expect(await all({ limit: 100 }, bob)).toEqual(ofBob);
    expect(await all({ limit: 100, customerId: bob }, ada)).toEqual([]);
  });

  it('shows support all, or those of one customer or status', async () => {
    const ada = randomUUID();
    const ofAda = await placed(ada, 3);
    const support = randomUUID();
    expect(await all({ limit: 100 }, support, ['support'])).toEqual(expect.arrayContaining(ofAda));
    expect(await all({ limit: 2, customerId: ada }, support, ['support'])).toEqual(ofAda);
    expect(await all({ limit: 100, customerId: ada, status: 'confirmed' }, support, ['admin'])).toEqual(ofAda);
    expect(await all({ limit: 100, customerId: ada, status: 'pending' }, support, ['support'])).toEqual([]);
  });

  it.each(['x', 'bm90IGpzb24', Buffer.from('["2026-01-01T00:00:00Z","; DROP TABLE"]').toString('base64url')])(
    'refuses the cursor %s',
    async (cursor) => {
      await expect(orders.ask(new ListOrders({ cursor }), randomUUID())).rejects.toThrow(BadCursor);
    },
  );

  it('needs somebody who is signed in', async () => {
    await expect(orders.ask(new ListOrders({}), undefined)).rejects.toThrow(UnauthenticatedError);
  });
});

describe('the totals of orders', () => {
  it('come by ascending id, page by page, and are for payments', async () => {
    const ids = await placed(randomUUID(), 3);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await orders.totals(new ListOrderTotals({ limit: 2, ...(cursor === undefined ? {} : { cursor }) }));
      found.push(...page.items.map(({ orderId }) => orderId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(found).toEqual(found.toSorted());
    expect(found).toEqual(expect.arrayContaining(ids));
    expect(new Set(found).size).toBe(found.length);
    await expect(orders.ask(new ListOrderTotals({}), randomUUID(), ['admin'])).rejects.toThrow(ForbiddenError);
  });
});
