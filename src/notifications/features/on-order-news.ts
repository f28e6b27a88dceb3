import { UnitOfWork } from '@isolith/journal';
import { Inject } from '@nestjs/common';
import { EventsHandler, QueryBus, type IEventHandler } from '@nestjs/cqrs';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderDelivered,
  OrderRejected,
  OrderReturned,
  OrderShipped,
} from '../../orders/orders.contract.js';
import { GetUser } from '../../users/users.contract.js';
import { noticeId } from '../infra/notice-id.js';
import { Notices } from '../infra/notices.js';
import { NOTIFICATION_CHANNEL, type NotificationChannel, type OutgoingMessage } from '../infra/notification-channel.js';
import type { NotificationKind } from '../notifications.contract.js';

type OrderNews = OrderConfirmed | OrderRejected | OrderCancelled | OrderShipped | OrderDelivered | OrderReturned;

/**
 * Tells a customer every step of an order that they want to hear of:
 *
 *   sending --the channel took the message--> done (the row, sent_at and inbox in one unit)
 *      '--it did not--> written down (the row is committed: the customer finds it in the list), and the event is repeated
 *
 * Nothing has to be committed before the channel is asked: its key follows from the event, and the event comes again until
 * `done`. A run that ends before that, for whatever reason, is repeated with the same key: at least one message, and one for
 * channels that know the key.
 */
@EventsHandler(OrderConfirmed, OrderRejected, OrderCancelled, OrderShipped, OrderDelivered, OrderReturned)
export class OnOrderNews implements IEventHandler<OrderNews> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly notices: Notices,
    private readonly queries: QueryBus,
    @Inject(NOTIFICATION_CHANNEL) private readonly channel: NotificationChannel,
  ) {}

  async handle(news: OrderNews): Promise<void> {
    const { orderId, customerId } = news;
    const { kind, text } = orderText(news);
    const id = noticeId(customerId);
    const notice = { id, to: { user: customerId }, kind, text, orderId };
    try {
      await this.channel.send(await this.addressed({ userId: customerId, kind, text }), id);
    } catch (error) {
      await this.unit.intent(async () => this.notices.insertUnsent(notice));
      throw error;
    }
    await this.unit.run(async () => this.notices.insertSent(notice));
  }

  private async addressed(message: OutgoingMessage): Promise<OutgoingMessage> {
    if (!this.channel.needsContact) return message;
    const { email, name } = await this.queries.execute(new GetUser({ userId: message.userId }));
    return { ...message, contact: { email, name } };
  }
}

/** What customers read. It is kept, so it holds no name, address or e-mail. */
export function orderText(news: OrderNews): { kind: NotificationKind; text: string } {
  switch (news.type) {
    case 'orders.order-confirmed':
      return {
        kind: 'order-confirmed',
        text: `Your order ${news.orderId} is confirmed; its tracking number is ${news.trackingNumber}.`,
      };
    case 'orders.order-rejected':
      return { kind: 'order-rejected', text: `Your order ${news.orderId} could not be accepted: ${news.detail}.` };
    case 'orders.order-cancelled':
      return {
        kind: 'order-cancelled',
        text: `Your order ${news.orderId} is cancelled; what was paid for it is refunded.`,
      };
    case 'orders.order-shipped':
      return { kind: 'order-shipped', text: `Your order ${news.orderId} is on its way.` };
    case 'orders.order-delivered':
      return { kind: 'order-delivered', text: `Your order ${news.orderId} was delivered.` };
    case 'orders.order-returned':
      return { kind: 'order-returned', text: `Your order ${news.orderId} came back to us.` };
  }
}
