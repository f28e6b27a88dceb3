import { derivedId } from '@isolith/message-bus';
import { choreography, when, type Cause } from '@isolith/saga';
import {
  OrderCancelled,
  OrderConfirmed,
  OrderDelivered,
  OrderRejected,
  OrderReturned,
  OrderShipped,
  type Remedy,
} from '../../orders/orders.contract.js';
import { TellCustomer, type NotificationKind } from '../notifications.contract.js';

/** Every step of an order that its customer wants to hear of. */
export const orderMails = choreography({
  name: 'notifications.order-mails',
  on: [
    when(OrderConfirmed, {
      send: TellCustomer,
      with: telling(
        'order-confirmed',
        ({ orderId, trackingNumber }) =>
          `Your order ${orderId} is confirmed; its tracking number is ${trackingNumber}.`,
      ),
    }),
    when(OrderRejected, {
      send: TellCustomer,
      with: telling(
        'order-rejected',
        ({ orderId, detail, remedy }) => `Your order ${orderId} could not be accepted: ${detail}. ${ADVICE[remedy]}`,
      ),
    }),
    when(OrderCancelled, {
      send: TellCustomer,
      with: telling(
        'order-cancelled',
        ({ orderId }) => `Your order ${orderId} is cancelled; what was paid for it is refunded.`,
      ),
    }),
    when(OrderShipped, {
      send: TellCustomer,
      with: telling('order-shipped', ({ orderId }) => `Your order ${orderId} is on its way.`),
    }),
    when(OrderDelivered, {
      send: TellCustomer,
      with: telling('order-delivered', ({ orderId }) => `Your order ${orderId} was delivered.`),
    }),
    when(OrderReturned, {
      send: TellCustomer,
      with: telling('order-returned', ({ orderId }) => `Your order ${orderId} came back to us.`),
    }),
  ],
});

const ADVICE: Readonly<Record<Remedy, string>> = {
  'other-goods': 'You may like something else.',
  'other-payment': 'Please order again with another way to pay.',
  'try-later': 'Please try again later.',
};

interface OfOrder {
  readonly orderId: string;
  readonly customerId: string;
}

/** What a customer reads. It is kept, so it holds no name, address or e-mail. */
function telling<E extends OfOrder>(kind: NotificationKind, text: (news: E) => string) {
  return (news: E, { eventId }: Cause) => {
    const { orderId, customerId } = news;
    return new TellCustomer({ noticeId: derivedId(eventId, customerId), customerId, kind, text: text(news), orderId });
  };
}
