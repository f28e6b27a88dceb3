import { UnitOfWork } from '@isolith/journal';
import { CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { SendPasswordReset } from '../../notifications/notifications.contract.js';
import { PasswordResetMails } from '../infra/password-reset-mails.js';
import { newResetToken, PasswordResets, RESET_MINUTES } from '../infra/password-resets.js';
import { RequestPasswordReset } from '../users.contract.js';

@CommandHandler(RequestPasswordReset)
export class RequestPasswordResetHandler implements ICommandHandler<RequestPasswordReset> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly resets: PasswordResets,
    private readonly mails: PasswordResetMails,
    private readonly commands: CommandBus,
  ) {}

  async execute({ email }: RequestPasswordReset): Promise<void> {
    const token = newResetToken();
    let userId: string | undefined;
    await this.unit.run(async () => {
      userId = await this.resets.give(email.toLowerCase(), token);
    });
    if (userId === undefined) return;
    const mail = new SendPasswordReset({ userId, token, minutes: RESET_MINUTES });
    await this.mails.send(userId, token, () => this.commands.execute(mail));
  }
}
