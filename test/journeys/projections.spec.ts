import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { expectProblem, newCustomer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { order } from '../support/shapes.js';
import { acceptedOrder, newProduct, openShop, untilEnded } from '../support/shop.js';

let shop: Awaited<ReturnType<typeof openShop>>;
beforeAll(async () => void (shop = await openShop()));
afterAll(() => shop.stop());

const list = z.object({ items: z.array(order) });
const builds = z.object({
  projections: z.array(
    z.object({
      context: z.string(),
      name: z.string(),
      generation: z.int(),
      status: z.enum(['building', 'live', 'retired']),
      behind: z.int(),
    }),
  ),
});

/** The builds of the list of orders, by generation. */
async function ofOrderList() {
  const { projections } = await shop.admin.expect(200, builds, shop.admin.get('/actuator/projections'));
  return projections.filter(({ context, name }) => context === 'orders' && name === 'order-list');
}

it('a list is built anew while it answers and orders come, and shows the same as before', async () => {
  const customer = await newCustomer(shop.url);
  const sku = await newProduct(shop, 20);
  const ordered = async (): Promise<void> => void (await untilEnded(customer, await acceptedOrder(customer, sku)));
  const shown = async () => (await customer.expect(200, list, customer.get('/v1/orders?limit=50'))).items;
  for (let nth = 0; nth < 3; nth += 1) await ordered();
  const before = await eventually(
    'the list shows the orders as they ended',
    shown,
    (items) => items.length === 3 && items.every(({ status }) => status !== 'pending'),
  );
  const was = Math.max(...(await ofOrderList()).map(({ generation }) => generation));

  const rebuild = await shop.admin.post('/actuator/projections/orders.order-list/rebuild', {
    reason: 'to see it done',
  });
  expect(rebuild.status).toBe(202);
  for (let nth = 0; nth < 2; nth += 1) {
    await ordered();
    // A list that is late is shown as it is.
    const items = await eventually('the list shows the order', shown, ({ length }) => length > 3 + nth);
    expect(items.length).toBe(4 + nth);
  }
  await eventually(
    'the new list answers',
    ofOrderList,
    (found) => found.length === 1 && found.every(({ generation, status }) => generation > was && status === 'live'),
  );
  expect((await shown()).slice(2)).toEqual(before);
});

it('what there is none of, and who is no operator, is refused', async () => {
  const reason = { reason: 'to see it refused' };
  await expectProblem(404, shop.admin.post('/actuator/projections/orders.totals/rebuild', reason));
  await expectProblem(404, shop.admin.post('/actuator/projections/nobody.totals/rebuild', reason));
  await expectProblem(400, shop.admin.post('/actuator/projections/orders/rebuild', reason));
  await expectProblem(400, shop.admin.post('/actuator/projections/orders.order-list/rebuild', {}));
  const customer = await newCustomer(shop.url);
  await expectProblem(403, customer.post('/actuator/projections/orders.order-list/rebuild', reason));
});
