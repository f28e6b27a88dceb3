import { EndedSessions } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Accounts } from '../infra/accounts.js';
import { PasswordResets } from '../infra/password-resets.js';
import { Passwords } from '../infra/passwords.js';
import { Sessions } from '../infra/sessions.js';
import { SignInLimits } from '../infra/sign-in-limits.js';
import { requireStrong } from '../infra/weak-password.js';
import { ResetPassword, ResetTokenUnknown } from '../users.contract.js';

@CommandHandler(ResetPassword)
export class ResetPasswordHandler implements ICommandHandler<ResetPassword> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly resets: PasswordResets,
    private readonly passwords: Passwords,
    private readonly sessions: Sessions,
    private readonly limits: SignInLimits,
    private readonly endedSessions: EndedSessions,
  ) {}

  async execute({ token, password }: ResetPassword): Promise<void> {
    // Before the work of hashing: whoever has no token gets none of it.
    const owner = await this.resets.ownerOf(token);
    if (owner === undefined) throw new ResetTokenUnknown({});
    requireStrong(password, owner);
    const passwordHash = await this.passwords.hash(password);
    const ended: string[] = [];
    await this.unit.run(async () => {
      // First the account, as whatever changes credentials does.
      const change = { name: undefined, email: undefined, passwordHash, provenHash: undefined };
      const isThere = await this.accounts.change(owner.user_id, change);
      if (!isThere || !(await this.resets.use(token))) throw new ResetTokenUnknown({});
      ended.push(...(await this.sessions.endAllOf(owner.user_id)));
      await this.limits.forget(owner.email);
    });
    await this.endedSessions.announce(ended);
  }
}
