import { assertNoOpenUnit } from '@isolith/message-bus';
import { Injectable, Logger } from '@nestjs/common';
import type { NotificationChannel, OutgoingMessage } from './notification-channel.js';

/** Writes messages to the log, with the user's id and nothing else that is personal. */
@Injectable()
export class LogChannel implements NotificationChannel {
  readonly name = 'log';
  readonly needsContact = false;
  private readonly log = new Logger('notifications');

  async send({ userId, kind, text }: OutgoingMessage, key: string): Promise<void> {
    assertNoOpenUnit('the notification channel log');
    this.log.log({ message: text, kind, user: userId, key });
  }
}
