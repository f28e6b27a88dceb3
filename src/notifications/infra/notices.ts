import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { NotificationKind } from '../notifications.contract.js';

export interface NewNotice {
  readonly id: string;
  readonly to: { readonly user: string } | { readonly role: string };
  readonly kind: NotificationKind;
  readonly text: string;
  readonly orderId?: string;
}

const NoticeRow = z.object({
  id: z.uuid(),
  // PostgreSQL's bigint as it arrives, a string of digits.
  position: z.string(),
  kind: NotificationKind,
  text: z.string(),
  order_id: z.uuid().nullable(),
  created_at: z.date(),
});
export type NoticeRow = z.output<typeof NoticeRow>;

/** What was, or is to be, told to users and roles. Writing needs an open unit of work. */
@Injectable()
export class Notices {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {}

  /** What the channel has taken, in one statement; of one that was written down before, only that it is sent now. */
  insertSent(notice: NewNotice): void {
    this.insert(notice, 'now()', 'UPDATE SET sent_at = coalesce(notifications.sent_at, excluded.sent_at)');
  }

  /** What is still to be sent, or goes out over no channel. Does nothing when there is a row of that id. */
  insertUnsent(notice: NewNotice): void {
    this.insert(notice, 'NULL', 'NOTHING');
  }

  private insert({ id, to, kind, text, orderId }: NewNotice, sentAt: string, onConflict: string): void {
    this.unit.write(
      `INSERT INTO notifications.notifications (id, recipient_user, recipient_role, kind, text, order_id, sent_at)
       VALUES ($1, $2, $3, $4, $5, $6, ${sentAt}) ON CONFLICT (id) DO ${onConflict}`,
      [id, 'user' in to ? to.user : null, 'role' in to ? to.role : null, kind, text, orderId ?? null],
    );
  }

  /** Up to `limit` notices of a user or any of its roles, newest first, from before a position. */
  list(
    { user, roles }: { user: string; roles: readonly string[] },
    before: string | undefined,
    limit: number,
  ): Promise<NoticeRow[]> {
    return this.database.query(
      NoticeRow,
      `SELECT id, position, kind, text, order_id, created_at FROM notifications.notifications
       WHERE (recipient_user = $1 OR recipient_role = ANY($2::text[])) AND ($3::bigint IS NULL OR position < $3)
       ORDER BY position DESC LIMIT $4`,
      [user, roles, before ?? null, limit],
    );
  }
}
