import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { Client as Database } from 'pg';
import { eventually } from '../support/eventually.js';
import { acceptedOrder, newProduct, untilStatus } from '../support/shop.js';
import { startSplitShop, type SplitShop } from '../support/split-shop.js';

const QUEUE = 'notifications.order-mails';
const CONTEXTS = ['users', 'products', 'orders', 'inventory', 'payments', 'shipments', 'assistant'];

let shop: SplitShop;
beforeAll(async () => {
  shop = await startSplitShop({ hosts: [['gateway', ...CONTEXTS], ['notifications']] });
});
afterAll(() => shop?.stop());

it('what nobody can read on a subscription is parked by its consumer, and the broker forgets it', async () => {
  const database = new Database({ connectionString: shop.databaseUrl });
  const connection = await connect(shop.transportUrl, { noDelay: true });
  await database.connect();
  try {
    const channel = await connection.createChannel();
    channel.sendToQueue(QUEUE, Buffer.from('{"no": "envelope"'), { persistent: true });
    const parked = async (): Promise<unknown[]> =>
      (await database.query(`SELECT subscription, convert_from(raw, 'UTF8') AS raw FROM notifications.parked_message`))
        .rows;
    await eventually('it is parked', parked, (rows) => rows.length > 0);
    expect(await parked()).toEqual([{ subscription: 'order-mails', raw: '{"no": "envelope"' }]);
    await eventually(
      'the queue beside is empty',
      () => channel.checkQueue(`${QUEUE}.malformed`),
      ({ messageCount }) => messageCount === 0,
    );
    // And what can be read goes on.
    const sku = await newProduct(shop, 1);
    const id = await acceptedOrder(shop.customer, sku);
    await untilStatus(shop.customer, id, 'confirmed');
    await eventually(
      'the customer is told',
      () => shop.customer.get('/v1/notifications'),
      ({ body }) => JSON.stringify(body).includes(id),
    );
  } finally {
    await connection.close();
    await database.end();
  }
});
