import { UnauthenticatedError } from '@isolith/contracts';
import { requireScope } from '@isolith/message-bus';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Notices, type NoticeRow } from '../infra/notices.js';
import { InvalidCursor, ListNotifications, type Notification } from '../notifications.contract.js';

/** A cursor is the position of a page's last item, at most that of a bigint. It is encoded so that nobody builds one. */
const Position = z.string().regex(/^[1-9]\d{0,17}$/);
const cursorAt = (position: string): string => Buffer.from(position).toString('base64url');

function positionOf(cursor: string): string {
  const position = Position.safeParse(Buffer.from(cursor, 'base64url').toString());
  if (!position.success) throw new InvalidCursor({ pointer: '/cursor' });
  return position.data;
}

const item = ({ id, kind, text, order_id, created_at }: NoticeRow): Notification => ({
  id,
  kind,
  text,
  createdAt: created_at.toISOString(),
  ...(order_id === null ? {} : { orderId: order_id }),
});

@QueryHandler(ListNotifications)
export class ListNotificationsHandler implements IQueryHandler<ListNotifications> {
  constructor(private readonly notices: Notices) {}

  async execute({ limit, cursor }: ListNotifications): Promise<{ items: Notification[]; nextCursor?: string }> {
    const { user, roles } = requireScope().principal;
    if (user === undefined) throw new UnauthenticatedError('this message needs a signed-in user');
    const before = cursor === undefined ? undefined : positionOf(cursor);
    // One more than asked for tells whether there is a next page.
    const found = await this.notices.list({ user, roles }, before, limit + 1);
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const items = shown.map(item);
    return found.length > limit && last !== undefined ? { items, nextCursor: cursorAt(last.position) } : { items };
  }
}
