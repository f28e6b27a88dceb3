import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Envelope } from '@isolith/contracts';
import { Aggregates, Projections } from '@isolith/event-sourcing';
import { JournalHost } from '@isolith/journal/nest';
import { MessageRouter } from '@isolith/message-bus';
import { openContext, user, type ContextUnderTest } from '@isolith/testing';
import { z } from 'zod';
import { openNotifications, type NotificationsUnderTest } from '../../src/notifications/testing/open-notifications.js';
import { RecordingChannel } from '../../src/notifications/testing/recording-channel.js';
import { order } from '../../src/orders/infra/order-aggregate.js';
import { orderList } from '../../src/orders/infra/order-list.js';
import { orders } from '../../src/orders/orders.context.js';
import { ListOrders } from '../../src/orders/orders.contract.js';
import { OrdersModule } from '../../src/orders/orders.module.js';
import { otherContexts } from '../../src/orders/testing/other-contexts.js';

/** As they stood in the journal of orders before a rejection had a remedy. */
const recorded = z
  .array(
    z.object({
      stream: z.string(),
      version: z.int(),
      type: z.string(),
      schema_version: z.int(),
      key: z.string(),
      data: z.record(z.string(), z.unknown()),
      metadata: z.record(z.string(), z.unknown()),
      recorded_at: z.string(),
    }),
  )
  .parse(JSON.parse(readFileSync(new URL('./recorded/rejected-order.v1.json', import.meta.url), 'utf8')));
const [placed] = recorded;
const orderId = placed?.key ?? '';

let shop: ContextUnderTest;
const channel = new RecordingChannel();
let notifications: NotificationsUnderTest;
beforeAll(async () => {
  shop = await openContext(orders, { module: OrdersModule, standIns: otherContexts, env: { SHOP_CURRENCY: 'EUR' } });
  await shop.write(
    `INSERT INTO orders.journal (stream, version, type, schema_version, key, data, metadata, recorded_at)
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS r (stream text, version integer, type text, schema_version integer,
       key text, data jsonb, metadata jsonb, recorded_at timestamptz)`,
    [JSON.stringify(recorded)],
  );
  notifications = await openNotifications(channel);
}, 120_000);
afterAll(() => Promise.all([shop.close(), notifications.close()]));

describe('what orders recorded in version 1', () => {
  it('is loaded by the aggregate', async () => {
    const loaded = await shop.run(() => shop.get(Aggregates).load(order, orderId));
    expect(loaded).toMatchObject({ version: 2, state: { placed: true, status: 'rejected', settled: true } });
  });

  it('is in the list, also when that is built anew', async () => {
    const projections = shop.get(Projections);
    await shop.run(() => projections.rebuild('order-list'));
    const live = async (): Promise<boolean> =>
      (await shop.run(() => projections.status())).some(
        ({ generation, status }) => generation === 2 && status === 'live',
      );
    while (!(await live())) await new Promise(setImmediate);
    await shop.run(() => projections.caughtUp(orderList));
    const { items } = await shop.ask(new ListOrders({ limit: 10 }), user(randomUUID(), 'support'));
    expect(items).toEqual([
      expect.objectContaining({
        id: orderId,
        status: 'rejected',
        failure: { type: 'payment-declined', detail: 'the card has no cover' },
      }),
    ]);
  });

  it('reaches who subscribes to it, with what version 2 says', async () => {
    const types = ['orders.order-rejected'];
    const { events } = await shop.run(() => shop.get(JournalHost).reader('orders').readAfter(0, types, 10));
    const [rejection] = events.map(({ envelope }): Envelope => envelope);
    expect(rejection).toMatchObject({
      schemaversion: 1,
      data: expect.not.objectContaining({ remedy: expect.anything() }),
    });
    if (rejection === undefined) throw new Error('nothing was recorded');
    const at = { lane: 'subscription', context: 'notifications', subscription: 'order-mails' } as const;
    await notifications.get(MessageRouter).deliver(rejection, at, new AbortController().signal);
    expect(await notifications.rows()).toMatchObject([
      {
        text: `Your order ${orderId} could not be accepted: the card has no cover. Please order again with another way to pay.`,
        sent: true,
      },
    ]);
  });
});
