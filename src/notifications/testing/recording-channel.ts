import { assertNoOpenUnit } from '@isolith/message-bus';
import {
  ChannelUnavailableError,
  type NotificationChannel,
  type OutgoingMessage,
} from '../infra/notification-channel.js';

/** Remembers what it was given; fails as often as it is told to. */
export class RecordingChannel implements NotificationChannel {
  readonly name = 'recording';
  needsContact = false;
  readonly sent: { message: OutgoingMessage; key: string }[] = [];
  /** Keys that it was given and failed at. */
  readonly refused: string[] = [];
  failures = 0;
  /** What it then fails with. */
  failsWith: () => Error = () => new ChannelUnavailableError('the channel is down');
  /** Called with each message, before anything becomes of it. */
  onSend: () => Promise<void> = async () => undefined;

  async send(message: OutgoingMessage, key: string): Promise<void> {
    assertNoOpenUnit('the notification channel recording');
    await this.onSend();
    if (this.failures > 0) {
      this.failures -= 1;
      this.refused.push(key);
      throw this.failsWith();
    }
    this.sent.push({ message, key });
  }
}
