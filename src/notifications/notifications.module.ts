import { contractsIn } from '@isolith/contracts';
import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { GetUser } from '../users/users.contract.js';
import { ListNotificationsHandler } from './features/list-notifications.js';
import { OnOrderNews } from './features/on-order-news.js';
import { OnStockLow } from './features/on-stock-low.js';
import { LogChannel } from './infra/log-channel.js';
import { Notices } from './infra/notices.js';
import { NOTIFICATION_CHANNEL } from './infra/notification-channel.js';
import { notificationsMigrations } from './infra/notifications.migrations.js';
import * as contract from './notifications.contract.js';
import { notificationsSubscriptions } from './notifications.subscriptions.js';

@Module({
  imports: [
    IsolithModule.forFeature({
      context: 'notifications',
      contracts: contractsIn(contract),
      needs: [GetUser],
      subscriptions: {
        'order-mails': { handlers: [OnOrderNews], from: notificationsSubscriptions['order-mails'].from },
        'stock-alerts': { handlers: [OnStockLow], from: notificationsSubscriptions['stock-alerts'].from },
      },
      migrations: notificationsMigrations,
    }),
  ],
  providers: [
    Notices,
    ListNotificationsHandler,
    OnOrderNews,
    OnStockLow,
    { provide: NOTIFICATION_CHANNEL, useClass: LogChannel },
  ],
})
export class NotificationsModule {}
