import { UnitOfWork } from '@isolith/journal';
import { Logger } from '@nestjs/common';
import { CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetUser } from '../../users/users.contract.js';
import { ChannelCalls } from '../infra/channel-calls.js';
import { Notices, type NewNotice } from '../infra/notices.js';
import { mayTakeItLater, type OutgoingMessage } from '../infra/notification-channel.js';
import { ChannelAway, TellCustomer } from '../notifications.contract.js';

/**
 * Tells a customer what they want to hear of:
 *
 *   sending --the channel took the message--> done (the row, sent_at and inbox in one unit)
 *      '--it did not--> written down (the row is committed: the customer finds it in the list), and the command is repeated
 *
 * Nothing has to be committed before the channel is asked: its key comes with the command, and the command comes again
 * until `done`. A run that ends before that, for whatever reason, is repeated with the same key: at least one message,
 * and one for channels that know the key. A channel that may take it later is ChannelAway, which counts no attempt.
 */
@CommandHandler(TellCustomer)
export class TellCustomerHandler implements ICommandHandler<TellCustomer> {
  private readonly log = new Logger('notifications');

  constructor(
    private readonly unit: UnitOfWork,
    private readonly notices: Notices,
    private readonly queries: QueryBus,
    private readonly channel: ChannelCalls,
  ) {}

  async execute({ noticeId: id, customerId, kind, text, orderId }: TellCustomer): Promise<void> {
    const notice = { id, to: { user: customerId }, kind, text, orderId };
    try {
      const message = await this.addressed({ userId: customerId, kind, text });
      await this.send(message, id);
    } catch (error) {
      await this.writeDown(notice);
      throw error;
    }
    await this.unit.run(async () => this.notices.insertSent(notice));
  }

  /** @throws {ChannelAway} when it may be taken later; why not now, nobody sees but the log */
  private async send(message: OutgoingMessage, key: string): Promise<void> {
    try {
      await this.channel.send(message, key);
    } catch (err) {
      if (!mayTakeItLater(err)) throw err;
      this.log.warn({ message: `the channel ${this.channel.name} could not take a message`, key, err });
      throw new ChannelAway({});
    }
  }

  /** Why it was not sent decides what becomes of the command; a row that is missing is written at the next attempt. */
  private async writeDown(notice: NewNotice): Promise<void> {
    try {
      await this.unit.intent(async () => this.notices.insertUnsent(notice));
    } catch (err) {
      this.log.warn({ message: 'a message that was not sent could not be written down yet', key: notice.id, err });
    }
  }

  private async addressed(message: OutgoingMessage): Promise<OutgoingMessage> {
    if (!this.channel.needsContact) return message;
    const { email, name } = await this.queries.execute(new GetUser({ userId: message.userId }));
    return { ...message, contact: { email, name } };
  }
}
