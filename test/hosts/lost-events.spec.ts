import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { Client as Database } from 'pg';
import { z } from 'zod';
import { broker } from '../support/broker.js';
import { eventually } from '../support/eventually.js';
import { manage } from '../support/management.js';
import { notification, pageOf } from '../support/shapes.js';
import { acceptedOrder, newProduct, untilStatus } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

const QUEUE = 'notifications.order-mails';
const CONTEXTS = ['users', 'products', 'orders', 'inventory', 'payments', 'shipments'];

let shop: SplitShop;
let vhost: string;
beforeAll(async () => {
  shop = await startSplitShop({ hosts: [['gateway', ...CONTEXTS], ['notifications']] });
  vhost = decodeURIComponent(new URL(shop.transportUrl).pathname.slice(1));
});
afterAll(() => shop?.stop());

/** Orders whose customer was told, each as often as it was. */
const told = async (): Promise<readonly string[]> => {
  const { items } = await shop.customer.expect(
    200,
    pageOf(notification),
    shop.customer.get('/v1/notifications?limit=100'),
  );
  return items.map((item) => JSON.stringify(item));
};
const mentions = (lines: readonly string[], id: string): number => lines.filter((line) => line.includes(id)).length;

/** How often the host that hands them over has said that it does so again. */
const handedOverAgain = (): number =>
  shop.fleet.hostOf('orders').output().split('they are handed over again').length - 1;

async function ordersWithoutNotifications(): Promise<readonly string[]> {
  await shop.fleet.kill('notifications');
  const sku = await newProduct(shop, 10);
  const ids: string[] = [];
  for (let nth = 0; nth < 5; nth += 1) ids.push(await acceptedOrder(shop.customer, sku));
  for (const id of ids) await untilStatus(shop.customer, id, 'confirmed');
  // By the queue itself: what its management tells may be of five seconds ago, of the orders before.
  const connection = await connect(shop.transportUrl, { noDelay: true });
  try {
    const channel = await connection.createChannel();
    await eventually(
      'the broker has the events',
      async () => (await channel.checkQueue(QUEUE)).messageCount,
      (messages) => messages >= ids.length,
    );
  } finally {
    await connection.close();
  }
  return ids;
}

describe('events that the broker has confirmed and lost', () => {
  it.each([
    ['whose queue was deleted', (): Promise<void> => broker.deleteQueue(vhost, QUEUE)],
    [
      'whose queue was purged',
      async (): Promise<void> => void (await manage('DELETE', ['queues', vhost, QUEUE, 'contents'])),
    ],
  ] as const)('%s are noticed and handed over again, and their customers told once (fault 10)', async (_, lose) => {
    const before = handedOverAgain();
    const ids = await ordersWithoutNotifications();
    await lose();
    await shop.fleet.restart('notifications');
    const lines = await eventually('all are told', told, (all) => ids.every((id) => mentions(all, id) > 0));
    expect(ids.map((id) => mentions(lines, id))).toEqual(ids.map(() => 1));
    expect(handedOverAgain()).toBeGreaterThan(before);
  });

  it('can be handed over again by an operator, who sees before what that means (fault 10)', async () => {
    const before = await told();
    const path = `/actuator/subscriptions/${QUEUE}/rewind`;
    const items = z.object({
      items: z.array(
        z.object({ producer: z.string(), from: z.int(), to: z.int(), events: z.int(), applied: z.boolean() }),
      ),
    });
    const rewind = (body: object) => shop.admin.expect(200, items, shop.admin.post(path, body));
    const reason = 'the mail server lost them';
    // The checkpoint is stored now and then: what was handed over since counts a moment later.
    const look = await eventually(
      'all that was told is behind the checkpoint',
      async () => (await rewind({ producer: 'orders', to: { position: 0 }, reason })).items[0],
      (seen) => (seen?.events ?? 0) >= 10,
    );
    expect(look).toMatchObject({ producer: 'orders', to: 0, applied: false });
    const last = await rewind({ producer: 'orders', to: 'last-effect', reason });
    expect(last.items).toMatchObject([{ events: 0 }]);
    const done = await rewind({ producer: 'orders', to: { position: 0 }, reason, apply: true });
    expect(done.items).toMatchObject([{ to: 0, applied: true }]);
    const database = new Database({ connectionString: shop.databaseUrl });
    await database.connect();
    const { rows } = await database.query(`SELECT action, subject FROM orders.operator_action`);
    expect(rows).toMatchObject([{ action: 'rewind-subscription', subject: { reason } }]);
    await eventually(
      'it is where it was',
      async () =>
        (
          await database.query(
            `SELECT position::int FROM orders.subscription_checkpoint WHERE subscription = 'order-mails'`,
          )
        ).rows,
      ([row]) => z.object({ position: z.int() }).parse(row).position >= (look?.from ?? Infinity),
    );
    await database.end();
    expect((await told()).toSorted()).toEqual([...before].toSorted());
    expect(
      (await shop.admin.post('/actuator/subscriptions/none.such/rewind', { to: 'last-effect', reason })).status,
    ).toBe(404);
    expect((await shop.customer.post(path, { to: 'last-effect', reason })).status).toBe(403);
  });
});
