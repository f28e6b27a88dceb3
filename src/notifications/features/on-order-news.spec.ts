import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { contractOf } from '@isolith/contracts';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderDelivered,
  OrderRejected,
  OrderReturned,
  OrderShipped,
} from '../../orders/orders.contract.js';
import { NotificationKind } from '../notifications.contract.js';
import { notifications as described } from '../notifications.context.js';
import { openNotifications, type NotificationsUnderTest } from '../testing/open-notifications.js';
import { RecordingChannel } from '../testing/recording-channel.js';
import { orderText } from './on-order-news.js';

const channel = new RecordingChannel();
let notifications: NotificationsUnderTest;
beforeAll(async () => void (notifications = await openNotifications(channel)));
afterAll(() => notifications.close());
beforeEach(() => {
  channel.sent.length = 0;
  channel.refused.length = 0;
  channel.failures = 0;
  channel.needsContact = false;
  channel.onSend = async () => undefined;
});

const cancelled = (): OrderCancelled =>
  new OrderCancelled({ orderId: randomUUID(), customerId: randomUUID(), at: new Date().toISOString() });
const rowOf = async (orderId: string) => (await notifications.rows()).filter(({ text }) => text.includes(orderId));

describe('news of an order', () => {
  it('are written down, sent outside of any unit of work, and marked as sent', async () => {
    const event = cancelled();
    await notifications.deliver('order-mails', event, randomUUID());
    const [row] = await rowOf(event.orderId);
    expect(row).toMatchObject({ sent: true });
    expect(channel.sent).toEqual([
      { key: row?.id, message: { userId: event.customerId, kind: 'order-cancelled', text: row?.text } },
    ]);
  });

  it('that come twice are sent once', async () => {
    const [event, id] = [cancelled(), randomUUID()];
    await notifications.deliver('order-mails', event, id);
    await notifications.deliver('order-mails', event, id);
    expect(channel.sent).toHaveLength(1);
    expect(await rowOf(event.orderId)).toHaveLength(1);
  });

  it('that the channel refused go out with the same key at the next attempt', async () => {
    const event = cancelled();
    channel.failures = 2;
    await notifications.deliver('order-mails', event, randomUUID());
    const [row, ...others] = await rowOf(event.orderId);
    expect([row, others]).toEqual([expect.objectContaining({ sent: true }), []]);
    expect(channel.refused).toEqual([row?.id, row?.id]);
    expect(channel.sent.map(({ key }) => key)).toEqual([row?.id]);
  });

  it('are in the list as long as the channel refuses them', async () => {
    const event = cancelled();
    channel.failures = 1;
    const seen: unknown[] = [];
    channel.onSend = async () => void seen.push((await rowOf(event.orderId)).map(({ sent }) => sent));
    await notifications.deliver('order-mails', event, randomUUID());
    expect(seen).toEqual([[], [false]]);
    expect(await rowOf(event.orderId)).toEqual([expect.objectContaining({ sent: true })]);
  });

  it('go with the contact to a channel that needs it, and the contact is not kept', async () => {
    channel.needsContact = true;
    const event = cancelled();
    await notifications.deliver('order-mails', event, randomUUID());
    expect(channel.sent[0]?.message.contact).toEqual({ email: 'ada@example.com', name: 'Ada' });
    expect(JSON.stringify(await notifications.rows())).not.toMatch(/ada@example|Ada/);
  });
});

const id = 'b5f6a7a0-6c31-4a3e-9f0c-3f2f9a2d7b11';
const about = { orderId: id, customerId: '0e0e6a4c-4c4c-4b8b-9a66-0d2f2f3b1c22', at: '2026-01-02T03:04:05.000Z' };
const news = [
  new OrderConfirmed({ ...about, paymentId: id, trackingNumber: 'TRACK-7', totalMinor: 100, currency: 'EUR' }),
  new OrderRejected({ ...about, reason: 'out-of-stock', detail: '2 of MUG-001 were requested, 1 are available' }),
  new OrderCancelled(about),
  new OrderShipped({ ...about, shipmentId: id }),
  new OrderDelivered({ ...about, shipmentId: id }),
  new OrderReturned(about),
];

describe('the text of news', () => {
  it.each(news.map((event) => [event.type, event] as const))(
    'of %s names the order and has its kind',
    (type, event) => {
      const { kind, text } = orderText(event);
      expect(text).toContain(id);
      expect(NotificationKind.parse(kind)).toBe(type.slice('orders.'.length));
      expect(text).not.toContain(about.customerId);
    },
  );

  it('says why an order was rejected and how to follow one', () => {
    expect(news.map((event) => orderText(event).text).join()).toMatch(/TRACK-7.*2 of MUG-001 were requested/s);
  });

  it('exists for every event of the subscription', () => {
    const taken = described.subscriptions['order-mails'].events.map(({ contract }) => contract.name);
    expect(news.map((event) => contractOf(event)?.name)).toEqual(taken);
  });
});
