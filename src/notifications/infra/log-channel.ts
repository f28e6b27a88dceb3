import { assertNoOpenUnit } from '@isolith/message-bus';
import { InjectSettings, type SettingsOf } from '@isolith/isolith';
import { Injectable, Logger } from '@nestjs/common';
import { notifications } from '../notifications.context.js';
import type { NotificationChannel, OutgoingMessage } from './notification-channel.js';

/**
 * Writes messages to the log, with the user's id and nothing else that is personal: it stands in for a channel where
 * there is none yet. Secrets it shows with `LOG_CHANNEL_REVEALS` alone, for a developer's own machine.
 */
@Injectable()
export class LogChannel implements NotificationChannel {
  readonly name = 'log';
  readonly needsContact = false;
  private readonly log = new Logger('notifications');

  constructor(@InjectSettings(notifications) private readonly settings: SettingsOf<typeof notifications>) {}

  async send({ userId, kind, text, secret }: OutgoingMessage, key: string): Promise<void> {
    assertNoOpenUnit('the notification channel log');
    const hidden = secret === undefined ? {} : { secret: this.settings.LOG_CHANNEL_REVEALS ? secret : 'not shown' };
    this.log.log({ message: text, kind, user: userId, key, ...hidden });
  }
}
