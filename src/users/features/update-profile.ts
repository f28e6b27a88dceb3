import { UnitOfWork } from '@isolith/journal';
import { currentUser } from '@isolith/message-bus';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { accountFailure, Accounts } from '../infra/accounts.js';
import { Passwords } from '../infra/passwords.js';
import { Sessions } from '../infra/sessions.js';
import { UpdateProfile, UserNotFound } from '../users.contract.js';

@CommandHandler(UpdateProfile)
export class UpdateProfileHandler implements ICommandHandler<UpdateProfile> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly passwords: Passwords,
  ) {}

  async execute({ name, email, password }: UpdateProfile): Promise<void> {
    const userId = currentUser();
    const passwordHash = password === undefined ? undefined : await this.passwords.hash(password);
    try {
      await this.unit.run(async () => {
        const exists = await this.accounts.change(userId, { name, email: email?.toLowerCase(), passwordHash });
        if (!exists) throw new UserNotFound({ userId });
        // Whoever knows the old password may hold a session.
        if (passwordHash !== undefined) await this.sessions.endAllOf(userId);
      });
    } catch (error) {
      throw accountFailure(error);
    }
  }
}
