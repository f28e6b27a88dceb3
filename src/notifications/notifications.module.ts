import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { AlertAdminsHandler } from './features/alert-admins.js';
import { ListNotificationsHandler } from './features/list-notifications.js';
import { SendPasswordResetHandler } from './features/send-password-reset.js';
import { TellCustomerHandler } from './features/tell-customer.js';
import { ChannelCalls } from './infra/channel-calls.js';
import { LogChannel } from './infra/log-channel.js';
import { Notices } from './infra/notices.js';
import { NOTIFICATION_CHANNEL } from './infra/notification-channel.js';
import { notificationsMigrations } from './infra/notifications.migrations.js';
import { notifications } from './notifications.context.js';

@Module({
  imports: [IsolithModule.forFeature(notifications, { migrations: notificationsMigrations })],
  providers: [
    Notices,
    ListNotificationsHandler,
    TellCustomerHandler,
    AlertAdminsHandler,
    SendPasswordResetHandler,
    { provide: NOTIFICATION_CHANNEL, useClass: LogChannel },
    ChannelCalls,
  ],
})
export class NotificationsModule {}
