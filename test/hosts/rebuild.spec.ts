import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { Client, newCustomer } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { KeptShop } from '../support/kept-shop.js';
import { runMain } from '../support/run-main.js';
import { onDatabase } from '../support/schema-copy.js';
import { order, pageOf } from '../support/shapes.js';
import { acceptedOrder, newProduct, untilStatus } from '../support/shop.js';

/** Orders that were placed long ago. */
const OLD = 40_000;

let kept: KeptShop;
beforeAll(async () => void (kept = await KeptShop.open()));
afterAll(() => kept.drop());

const builds = z.object({
  projections: z.array(
    z.object({
      name: z.string(),
      generation: z.int(),
      status: z.string(),
      events: z.int(),
      progress: z.object({ percent: z.number(), eventsPerSecond: z.int() }).optional(),
    }),
  ),
});
const buildsOf = async (admin: Client) =>
  (await admin.expect(200, builds, admin.get('/actuator/projections'))).projections.filter(
    ({ name }) => name === 'order-list',
  );

/** What the list must show of the old orders, by the journal itself. */
const AS_RECORDED = `SELECT (data->>'orderId')::uuid AS order_id, (data->>'customerId')::uuid AS customer_id, (data->>'totalMinor')::bigint AS total_minor
  FROM orders.journal WHERE type = 'orders.order-placed'`;
const AS_SHOWN = 'SELECT order_id, customer_id, total_minor FROM orders.order_list_v1';

const differences = async (): Promise<readonly unknown[]> => {
  const { rows } = await onDatabase(kept.databaseUrl, (client) =>
    client.query(`SELECT count(*)::int AS differences FROM (
      ((${AS_RECORDED}) EXCEPT ALL (${AS_SHOWN})) UNION ALL ((${AS_SHOWN}) EXCEPT ALL (${AS_RECORDED}))) AS d`),
  );
  return rows;
};

it('a long list that is rebuilt answers all the while, goes on after two kill -9, and is what the journal says', async () => {
  let { host, admin } = await kept.start();
  await onDatabase(kept.databaseUrl, (client) =>
    client.query(
      `INSERT INTO orders.journal (stream, version, type, schema_version, key, data, metadata)
       SELECT 'order-' || id, 1, 'orders.order-placed', 1, id,
         jsonb_build_object('orderId', id, 'customerId', gen_random_uuid(), 'at', '2020-01-01T00:00:00.000Z', 'lines', '[]'::jsonb,
           'totalMinor', n, 'currency', 'EUR'),
         jsonb_build_object('id', gen_random_uuid(), 'correlationid', id, 'principal', jsonb_build_object('service', 'orders', 'roles', '[]'::jsonb))
       FROM (SELECT n, gen_random_uuid()::text AS id FROM generate_series(1, ${OLD}) AS n) AS old WHERE pg_current_xact_id() IS NOT NULL`,
    ),
  );
  const sku = await newProduct({ admin }, 10);
  const customer = await newCustomer(host.url);
  await eventually(
    'the first list is there',
    () => buildsOf(admin),
    ([live]) => live !== undefined && live.status === 'live' && live.events >= OLD,
  );

  const reason = { reason: 'a rebuild that is killed' };
  expect((await admin.post('/actuator/projections/orders.order-list/rebuild', reason)).status).toBe(202);
  let taken = 0;
  for (const kill of [1, 2]) {
    const half = await eventually(
      `it is on its way, ${kill}`,
      () => buildsOf(admin),
      (found) => found.some(({ status, events }) => status === 'building' && events > taken),
    );
    const building = half.find(({ status }) => status === 'building');
    expect(building?.progress?.percent).toBeLessThan(100);
    taken = building?.events ?? 0;
    await host.kill();
    ({ host, admin } = await kept.start());
    const on = new Client(host.url, customer.token, customer.userId);
    const id = await acceptedOrder(on, sku);
    await untilStatus(on, id, 'confirmed');
    // A list that is late is shown as it is.
    const { items } = await eventually(
      'the list shows the order',
      () => on.expect(200, pageOf(order), on.get('/v1/orders')),
      (page) => page.items.some((item) => item.id === id),
    );
    expect([items.length, items[0]?.id]).toEqual([kill, id]);
    const resumed = (await buildsOf(admin)).find(({ generation }) => generation === 2);
    expect(resumed?.events).toBeGreaterThanOrEqual(taken);
  }
  await eventually(
    'the new list has taken the place of the old',
    () => buildsOf(admin),
    (found) => found.length === 1 && found.every(({ generation, status }) => generation === 2 && status === 'live'),
  );
  expect(await differences()).toEqual([{ differences: 0 }]);

  const onCommandLine = await runMain(kept.environment, '--rebuild', 'orders.order-list');
  expect(onCommandLine).toMatchObject({
    code: 0,
    said: expect.stringMatching(/orders\.order-list has been rebuilt\n$/),
  });
  expect((await buildsOf(admin)).filter(({ status }) => status === 'live')).toMatchObject([{ generation: 3 }]);
  expect(await differences()).toEqual([{ differences: 0 }]);
  expect(await runMain(kept.environment, '--rebuild', 'orders.totals')).toEqual({
    code: 1,
    said: 'there is no projection orders.totals; there are: orders.order-list\n',
  });
  expect(await host.stop()).toBe(0);
});
