import { failure, page, query, signedIn } from '@isolith/contracts';
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

/** Newest first: what was sent to the user that asks; admins also see what was sent to all admins. */
export class ListNotifications extends query('notifications.list-notifications', {
  input: z.object({ limit: z.int().min(1).max(100), cursor: z.string().max(500).optional() }),
  output: page(Notification),
  failures: [InvalidCursor],
  access: [signedIn()],
}) {}
