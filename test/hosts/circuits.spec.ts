import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client as Database } from 'pg';
import { z } from 'zod';
import { Client, expectProblem } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { newProduct, placeOrder } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

const REST = ['gateway', 'users', 'products', 'inventory', 'payments', 'shipments', 'notifications', 'assistant'];
const PRICES = 'orders:products.get-prices';

const policies = z.object({
  items: z.array(
    z.looseObject({
      name: z.string(),
      context: z.string().optional(),
      breaker: z.string().optional(),
      host: z.object({ id: z.string(), pid: z.int() }),
      lastChange: z.looseObject({ by: z.string().optional() }).optional(),
      counts: z.object({ attempts: z.int(), failures: z.int(), refused: z.int(), fallbacks: z.int() }),
    }),
  ),
});

let shop: SplitShop;
let database: Database;
beforeAll(async () => {
  shop = await startSplitShop({ hosts: [REST, ['orders'], ['orders']] });
  database = new Database({ connectionString: shop.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await database?.end();
  await shop?.stop();
});

/** The circuits of prices, by process, as a host of other contexts tells them. */
const circuits = async (): Promise<Record<string, string | undefined>> => {
  const { items } = await shop.admin.expect(200, policies, shop.admin.get('/actuator/circuitbreakers'));
  return Object.fromEntries(
    items.filter(({ name }) => name === PRICES).map(({ host, breaker }) => [host.pid, breaker]),
  );
};
const move = (how: string, body: object, key: string = randomUUID()) =>
  shop.admin.post(`/actuator/circuitbreakers/${PRICES}/${how}`, body, { headers: { 'idempotency-key': key } });
const everywhere = (state: string) => (told: Record<string, string | undefined>) =>
  Object.values(told).join() === `${state},${state}`;

describe('circuit breakers', () => {
  it('of all hosts are told by any, with what they counted and whose they are', async () => {
    await eventually('both hosts of orders tell', circuits, everywhere('closed'));
    const { items } = await shop.admin.expect(200, policies, shop.admin.get('/actuator/circuitbreakers'));
    const [gateway] = shop.fleet.hosts;
    expect(items.filter(({ host }) => host.pid === gateway?.pid).map(({ name, context }) => [name, context])).toEqual(
      expect.arrayContaining([
        ['payment-provider.account', 'payments'],
        ['notification-channel', 'notifications'],
      ]),
    );
  });

  it('are held open, closed and reset on all hosts or on one, from any host, and the audit says by whom and why', async () => {
    const { rows: admins } = await database.query(`SELECT id FROM users.accounts WHERE 'admin' = ANY(roles)`);
    const all = await move('open', { reason: 'products is being repaired' });
    expect([all.status, all.body]).toEqual([202, { policy: PRICES, hosts: [expect.any(String), expect.any(String)] }]);
    await eventually('both are open', circuits, everywhere('open'));

    // No price of it was ever known, so nothing stands in: the order is not taken, and nothing of it is there.
    const sku = await newProduct(shop, 1);
    await expectProblem(503, placeOrder(shop.customer, sku));

    const { items } = policies.parse((await shop.admin.get('/actuator/circuitbreakers')).body);
    const [one, other] = items.filter(({ name }) => name === PRICES);
    expect(one?.lastChange?.by).toBe(admins[0]?.id);
    await move('close', { reason: 'one first', host: one?.host.id });
    await eventually('one is closed', circuits, (told) => told[one?.host.pid ?? 0] === 'closed');
    expect((await circuits())[other?.host.pid ?? 0]).toBe('open');
    await move('reset', { reason: 'it works' });
    await eventually('both are closed', circuits, everywhere('closed'));

    const { rows } = await database.query(
      `SELECT action, by, subject->>'reason' AS reason, result FROM orders.operator_action ORDER BY position`,
    );
    expect(rows).toEqual(
      [
        ['open-circuit', 'products is being repaired'],
        ['close-circuit', 'one first'],
        ['reset-circuit', 'it works'],
      ].flatMap(([action, reason]) =>
        [{ asked: true }, { told: true }].map((result) => ({ action, by: admins[0]?.id, reason, result })),
      ),
    );
  });

  it('are moved once by one request, however often it is sent', async () => {
    const [key, reason] = [randomUUID(), 'sent again'];
    await move('open', { reason }, key);
    await eventually('both are open', circuits, everywhere('open'));
    await move('close', { reason });
    await eventually('both are closed', circuits, everywhere('closed'));
    expect((await move('open', { reason }, key)).status).toBe(202);
    const { rows } = await database.query(
      `SELECT action FROM orders.operator_action WHERE subject->>'reason' = $1 AND result = '{"told": true}' ORDER BY position`,
      [reason],
    );
    expect(rows).toEqual([{ action: 'open-circuit' }, { action: 'close-circuit' }]);
  });

  it('that are not there, moves that are none, and people who are no operators are refused', async () => {
    const reason = 'because';
    await expectProblem(404, shop.admin.post('/actuator/circuitbreakers/none/open', { reason }));
    await expectProblem(404, move('open', { reason, host: 'none' }));
    await expectProblem(400, move('break', { reason }));
    await expectProblem(400, move('open', {}));
    await expectProblem(403, shop.customer.post(`/actuator/circuitbreakers/${PRICES}/open`, { reason }));
    await expectProblem(401, new Client(shop.fleet.url).post(`/actuator/circuitbreakers/${PRICES}/open`, { reason }));
  });
});
