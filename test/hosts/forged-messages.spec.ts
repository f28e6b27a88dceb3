import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Channel, type ChannelModel, connect, type ConsumeMessage } from 'amqplib';
import { z } from 'zod';
import { Client } from '../support/client.js';
import { eventually } from '../support/eventually.js';
import { notification, pageOf } from '../support/shapes.js';
import { acceptedOrder, newProduct, untilStatus } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

const QUEUE = 'notifications.order-mails';
const FORGED = 256;
const CONTEXTS = ['gateway', 'users', 'products', 'orders', 'inventory', 'payments', 'shipments', 'assistant'];
/** Not its own shape: the order of what crosses is part of what is proved. */
const wire = z.record(z.string(), z.unknown());

let shop: SplitShop;
let connection: ChannelModel;
let channel: Channel;
beforeAll(async () => {
  shop = await startSplitShop({ hosts: [CONTEXTS, ['notifications']] });
  connection = await connect(shop.transportUrl, { noDelay: true });
  channel = await connection.createChannel();
});
afterAll(async () => {
  await connection?.close();
  await shop?.stop();
});

const put = (message: object): void =>
  void channel.sendToQueue(QUEUE, Buffer.from(JSON.stringify(message)), { persistent: true });
const orderOf = async (sku: string): Promise<string> => {
  const id = await acceptedOrder(shop.customer, sku);
  await untilStatus(shop.customer, id, 'confirmed');
  return id;
};
const told = async (orderId: string): Promise<number> =>
  (
    await shop.customer.expect(200, pageOf(notification), shop.customer.get('/v1/notifications?limit=100'))
  ).items.filter(({ text }) => text.includes(orderId)).length;
const untilTold = (orderId: string) =>
  eventually(
    `the customer is told of ${orderId}`,
    () => told(orderId),
    (count) => count > 0,
  );
const refused = async (): Promise<number> => {
  const { url } = shop.fleet.hostOf('notifications');
  const { body } = await new Client(url, shop.admin.token).get('/metrics');
  return Number(/^message_refused_senders\S* (\d+)$/m.exec(String(body))?.[1]);
};

/** An event as it lies in the queue while nobody takes it; it stays there. */
async function captured(): Promise<z.output<typeof wire>> {
  const peeking = await connection.createChannel();
  await peeking.prefetch(1);
  const message = await new Promise<ConsumeMessage | null>((resolve, reject) => {
    peeking.consume(QUEUE, resolve).catch(reject);
  });
  // Hands it back, in its place.
  await peeking.close();
  if (message === null) throw new Error('the queue is gone');
  return wire.parse(JSON.parse(message.content.toString('utf8')));
}

it('256 events without a token, one whose token and proof are of another, and one that comes again cost no subscription anything (fault 20) (fault 24)', async () => {
  const sku = await newProduct(shop, 10);
  await shop.fleet.kill('notifications');
  const first = await orderOf(sku);
  const event = await captured();
  await shop.fleet.restart('notifications');
  await untilTold(first);

  const { token: _, proof: _proof, ...bare } = event;
  for (let nth = 0; nth < FORGED; nth += 1) put({ ...bare, id: randomUUID() });
  const { proof, ...signed } = event;
  put({ ...signed, id: randomUUID(), proof });
  put({ ...signed, data: { ...wire.parse(signed['data']), orderId: randomUUID() }, proof });
  // Byte for byte: its reader has handled it.
  put(event);

  const second = await orderOf(sku);
  await untilTold(second);
  await eventually('all are refused', refused, (count) => count === FORGED + 2);
  expect([await told(first), await told(second)]).toEqual([1, 1]);
  // Counted first, and then set aside.
  await eventually(
    'they are set aside',
    async () => JSON.stringify((await shop.admin.get('/actuator/parked?context=notifications&limit=100')).body),
    (parked) => parked.includes('its sender could not be established'),
  );
  const { url } = shop.fleet.hostOf('notifications');
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
});
