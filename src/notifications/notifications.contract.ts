import { command, failure, page, query, secret, service, signedIn } from '@isolith/contracts';
import { z } from 'zod';

export const NotificationKind = z.enum([
  'order-confirmed',
  'order-rejected',
  'order-cancelled',
  'order-shipped',
  'order-delivered',
  'order-returned',
  'stock-low',
]);
export type NotificationKind = z.output<typeof NotificationKind>;

export const Notification = z.object({
  id: z.uuid(),
  kind: NotificationKind,
  text: z.string(),
  orderId: z.uuid().optional(),
  createdAt: z.iso.datetime(),
});
export type Notification = z.output<typeof Notification>;

export class InvalidCursor extends failure('notifications.invalid-cursor', {
  data: z.object({ pointer: z.literal('/cursor') }),
  status: 400,
  detail: 'cursor is none that a list of notifications gave out',
}) {}

/** The channel could not take the message, and may later: the same command may be repeated. */
export class ChannelAway extends failure('notifications.channel-away', {
  status: 503,
  retryable: true,
  detail: 'the channel could not take the message yet',
}) {}

/**
 * What an event tells one recipient; sent again with the same `noticeId` it is the same notice. No personal data: it is
 * kept.
 */
const Notice = z.object({ noticeId: z.uuid(), kind: NotificationKind, text: z.string() });

/** Tells a customer what became of an order, by the channel and in the list of notifications. */
export class TellCustomer extends command('notifications.tell-customer', {
  input: Notice.extend({ customerId: z.uuid(), orderId: z.uuid() }),
  failures: [ChannelAway],
  access: [service('notifications')],
}) {}

/** Puts an alert into the list of every admin. */
export class AlertAdmins extends command('notifications.alert-admins', {
  input: Notice,
  access: [service('notifications')],
}) {}

/** Newest first: what was sent to the user that asks; admins also see what was sent to all admins. */
export class ListNotifications extends query('notifications.list-notifications', {
  input: z.object({ limit: z.int().min(1).max(100), cursor: z.string().max(500).optional() }),
  output: page(Notification),
  failures: [InvalidCursor],
  access: [signedIn()],
}) {}

/**
 * Sends a user the token that a new password can be set with. Neither the message nor the token is kept: what the
 * channel does not take is lost, and asked for again.
 */
export class SendPasswordReset extends command('notifications.send-password-reset', {
  input: z.object({ userId: z.uuid(), token: secret(z.string().min(1).max(100)), minutes: z.int().min(1) }),
  access: [service('users')],
}) {}
