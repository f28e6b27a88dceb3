import type { Principal } from '@isolith/contracts';
import { contractOf } from '@isolith/contracts';
import { ContextDatabase } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { openTestDatabase } from '@isolith/journal/testing';
import { MessageRouter, runInScope } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { QueryBus, type IQueryHandler, QueryHandler, type Query } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { GetUser, type Account } from '../../users/users.contract.js';
import { ListNotificationsHandler } from '../features/list-notifications.js';
import { OnOrderNews } from '../features/on-order-news.js';
import { OnStockLow } from '../features/on-stock-low.js';
import { Notices } from '../infra/notices.js';
import { NOTIFICATION_CHANNEL, type NotificationChannel } from '../infra/notification-channel.js';
import { notificationsMigrations } from '../infra/notifications.migrations.js';

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

/** The context as it runs in a host (bus, inbox, unit of work), on a database of its own. Close it after use. */
export async function openNotifications(channel: NotificationChannel) {
  const place = await openTestDatabase();
  const module = await Test.createTestingModule({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['notifications', 'users'] } }),
      MessageBusModule.forFeature({
        context: 'notifications',
        needs: [GetUser],
        subscriptions: { 'order-mails': { handlers: [OnOrderNews] }, 'stock-alerts': { handlers: [OnStockLow] } },
      }),
      JournalModule.forRoot({ targetOf: () => place.target }),
      JournalModule.forFeature({ context: 'notifications', migrations: notificationsMigrations }),
    ],
    providers: [
      OneUser,
      Notices,
      ListNotificationsHandler,
      OnOrderNews,
      OnStockLow,
      { provide: NOTIFICATION_CHANNEL, useValue: channel },
    ],
  }).compile();
  await module.init();
  const queries = module.get(QueryBus);
  const database = module.get(ContextDatabase);
  const router = module.get(MessageRouter);
  return {
    ask: <R>(query: Query<R>, principal: Principal): Promise<R> =>
      runInScope({ context: principal.service, principal, correlationId: 'spec' }, () => queries.execute(query)),
    /** Delivers another context's event to a subscription once; a repetition has the same id. */
    deliver: (subscription: string, event: object, id: string): Promise<void> => {
      const contract = contractOf(event);
      if (contract === undefined) throw new TypeError('no event with a contract');
      return router.deliver(
        [
          {
            specversion: '1.0',
            id,
            source: `/${contract.context}`,
            type: contract.name,
            time: new Date().toISOString(),
            kind: 'event',
            schemaversion: contract.version,
            correlationid: id,
            data: { ...event },
          },
        ],
        { lane: 'subscription', context: 'notifications', subscription },
        AbortSignal.timeout(10_000),
      );
    },
    rows: (): Promise<z.output<typeof SentRow>[]> =>
      database.query(
        SentRow,
        'SELECT id, text, sent_at IS NOT NULL AS sent FROM notifications.notifications ORDER BY position',
      ),
    close: async (): Promise<void> => {
      await module.close();
      await place.drop();
    },
  };
}

export type NotificationsUnderTest = Awaited<ReturnType<typeof openNotifications>>;
