import { noFallback, resilience, ResilienceRegistry } from '@isolith/resilience';
import { Inject, Injectable } from '@nestjs/common';
import {
  mayTakeItLater,
  NOTIFICATION_CHANNEL,
  type NotificationChannel,
  type OutgoingMessage,
} from './notification-channel.js';

/**
 * The notification channel with what keeps its troubles from becoming ours: one that hangs holds 16 messages for five
 * seconds, and one that is down is asked again every five seconds, whatever there is to tell. A message that it refuses
 * for good is an answer. Nothing is repeated here: the message waits with its command, which comes again.
 */
@Injectable()
export class ChannelCalls implements NotificationChannel {
  readonly name: string;
  private readonly policies = resilience('notification-channel', {
    breaker: { successThreshold: 1, openMs: 5_000 },
    bulkhead: { concurrency: 16, queue: 256 },
    timeoutMs: 5_000,
    isAnswer: (error) => !mayTakeItLater(error),
    fallback: noFallback('the message is written down, and goes out when the channel takes it'),
  });

  constructor(
    @Inject(NOTIFICATION_CHANNEL) private readonly channel: NotificationChannel,
    registry: ResilienceRegistry,
  ) {
    this.name = channel.name;
    registry.add(this.policies, 'notifications');
  }

  get needsContact(): boolean {
    return this.channel.needsContact;
  }

  send(message: OutgoingMessage, key: string): Promise<void> {
    return this.policies.run(() => this.channel.send(message, key));
  }
}
