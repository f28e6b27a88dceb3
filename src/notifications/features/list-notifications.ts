import { pagesBy, type Page } from '@isolith/contracts';
import { currentPrincipal, currentUser } from '@isolith/message-bus';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { Notices, type NoticeRow } from '../infra/notices.js';
import { InvalidCursor, ListNotifications, type Notification } from '../notifications.contract.js';

/** Notices by their position, at most that of a bigint. */
const pages = pagesBy(z.string().regex(/^[1-9]\d{0,17}$/), () => new InvalidCursor({ pointer: '/cursor' }));

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

  async execute({ limit, cursor }: ListNotifications): Promise<Page<Notification>> {
    const reader = { user: currentUser(), roles: currentPrincipal().roles };
    // One more than asked for tells whether there is a next page.
    const found = await this.notices.list(reader, pages.after(cursor), limit + 1);
    return pages.cut(found, limit, item, ({ position }) => position);
  }
}
