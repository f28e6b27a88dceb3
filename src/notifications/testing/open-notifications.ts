import { openContext } from '@isolith/testing';
import { type IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { GetUser, type Account } from '../../users/users.contract.js';
import { NOTIFICATION_CHANNEL, type NotificationChannel } from '../infra/notification-channel.js';
import { notifications } from '../notifications.context.js';
import { NotificationsModule } from '../notifications.module.js';

const SentRow = z.object({ id: z.uuid(), text: z.string(), sent: z.boolean() });

/** Answers for the users context, to contexts only. */
@QueryHandler(GetUser)
class OneUser implements IQueryHandler<GetUser> {
  async execute({ userId }: GetUser): Promise<Account> {
    return {
      id: userId,
      email: 'ada@example.com',
      name: 'Ada',
      roles: ['customer'],
      createdAt: new Date().toISOString(),
    };
  }
}

/** The context as it runs in a host, on a database of its own. Close it after use. */
export async function openNotifications(channel: NotificationChannel) {
  const opened = await openContext(notifications, {
    module: NotificationsModule,
    standIns: [OneUser],
    replaced: [[NOTIFICATION_CHANNEL, channel]],
  });
  return Object.assign(opened, {
    rows: (): Promise<readonly z.output<typeof SentRow>[]> =>
      opened.read(
        SentRow,
        'SELECT id, text, sent_at IS NOT NULL AS sent FROM notifications.notifications ORDER BY position',
      ),
  });
}

export type NotificationsUnderTest = Awaited<ReturnType<typeof openNotifications>>;
