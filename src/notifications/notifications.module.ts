import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { ListNotificationsHandler } from './features/list-notifications.js';
import { OnOrderNews } from './features/on-order-news.js';
import { OnStockLow } from './features/on-stock-low.js';
import { LogChannel } from './infra/log-channel.js';
import { Notices } from './infra/notices.js';
import { NOTIFICATION_CHANNEL } from './infra/notification-channel.js';
import { notificationsMigrations } from './infra/notifications.migrations.js';
import { notifications } from './notifications.context.js';

@Module({
  imports: [
    IsolithModule.forFeature(notifications, {
      subscriptions: { 'order-mails': [OnOrderNews], 'stock-alerts': [OnStockLow] },
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
