import { describe, expect, it } from '@jest/globals';
import { derivedId } from '@isolith/message-bus';
import { choreographyUnderTest, describeChoreography } from '@isolith/saga/testing';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderDelivered,
  OrderRejected,
  OrderReturned,
  OrderShipped,
} from '../../orders/orders.contract.js';
import { TellCustomer } from '../notifications.contract.js';
import { orderMails } from './order-mails.choreography.js';

const id = 'b5f6a7a0-6c31-4a3e-9f0c-3f2f9a2d7b11';
const about = { orderId: id, customerId: '0e0e6a4c-4c4c-4b8b-9a66-0d2f2f3b1c22', at: '2026-01-02T03:04:05.000Z' };
const news = [
  new OrderConfirmed({ ...about, paymentId: id, trackingNumber: 'TRACK-7', totalMinor: 100, currency: 'EUR' }),
  new OrderRejected({
    ...about,
    reason: 'out-of-stock',
    detail: '2 of MUG-001 were requested, 1 are available',
    remedy: 'other-goods',
  }),
  new OrderCancelled(about),
  new OrderShipped({ ...about, shipmentId: id }),
  new OrderDelivered({ ...about, shipmentId: id }),
  new OrderReturned(about),
];

describeChoreography(orderMails, { events: news, maxHistories: 100 }, { describe, it });

async function tellingOf(event: object): Promise<TellCustomer> {
  const { sent } = await choreographyUnderTest(orderMails).when(event, 'e1').run();
  const [first] = sent;
  if (sent.length === 1 && first?.command instanceof TellCustomer) return first.command;
  throw new Error(`${sent.length} commands were sent`);
}

describe('news of an order', () => {
  it.each(news.map((event) => [event.type, event] as const))(
    '%s are told to the customer, by the name of the event, once for each event',
    async (type, event) => {
      const { noticeId: notice, customerId, kind, text, orderId } = await tellingOf(event);
      expect({ notice, customerId, kind, orderId }).toEqual({
        notice: derivedId('e1', about.customerId),
        customerId: about.customerId,
        kind: type.slice('orders.'.length),
        orderId: id,
      });
      expect(text).toContain(id);
      expect(text).not.toContain(about.customerId);
    },
  );

  it('say why an order was rejected and how to follow one', async () => {
    const texts = await Promise.all(news.map(async (event) => (await tellingOf(event)).text));
    expect(texts.join()).toMatch(/TRACK-7.*2 of MUG-001 were requested.*something else/s);
  });

  it('are all that it takes', () => {
    expect(orderMails.events.map(({ contract }) => contract.name)).toEqual(news.map(({ type }) => type));
  });
});
