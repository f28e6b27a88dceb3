import { commandId } from '@isolith/message-bus';
import { CommandHandler, QueryBus, type ICommandHandler } from '@nestjs/cqrs';
import { GetUser } from '../../users/users.contract.js';
import { ChannelCalls } from '../infra/channel-calls.js';
import type { OutgoingMessage } from '../infra/notification-channel.js';
import { SendPasswordReset } from '../notifications.contract.js';

@CommandHandler(SendPasswordReset)
export class SendPasswordResetHandler implements ICommandHandler<SendPasswordReset> {
  constructor(
    private readonly queries: QueryBus,
    private readonly channel: ChannelCalls,
  ) {}

  async execute({ userId, token, minutes }: SendPasswordReset): Promise<void> {
    const text = `Somebody asked for a new password for your account. If it was you, set one with this token, once, within ${minutes} minutes:`;
    const message: OutgoingMessage = { userId, kind: 'password-reset', text, secret: token };
    const contact = this.channel.needsContact ? await this.queries.execute(new GetUser({ userId })) : undefined;
    await this.channel.send(
      contact === undefined ? message : { ...message, contact: { email: contact.email, name: contact.name } },
      commandId(),
    );
  }
}
