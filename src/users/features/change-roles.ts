import { ForbiddenError } from '@isolith/contracts';
import { EndedSessions } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { currentUser } from '@isolith/message-bus';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Accounts } from '../infra/accounts.js';
import { Sessions } from '../infra/sessions.js';
import { ChangeRoles, LastAdmin, UserNotFound } from '../users.contract.js';

/** Whoever sends it must be an admin in the accounts: a token goes on saying so for a while after the role is gone. */
@CommandHandler(ChangeRoles)
export class ChangeRolesHandler implements ICommandHandler<ChangeRoles> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly endedSessions: EndedSessions,
  ) {}

  async execute({ userId, roles }: ChangeRoles): Promise<void> {
    const sender = currentUser();
    const ended: string[] = [];
    await this.unit.run(async () => {
      const admins = await this.accounts.lockAdmins();
      if (!admins.includes(sender)) throw new ForbiddenError('only an admin may change roles');
      if (admins.length === 1 && userId === sender && !roles.includes('admin')) throw new LastAdmin({});
      const hasOthers = await this.accounts.changeRoles(userId, [...new Set(roles)]);
      if (hasOthers === undefined) throw new UserNotFound({ userId });
      if (hasOthers) ended.push(...(await this.sessions.endAllOf(userId)));
    });
    await this.endedSessions.announce(ended);
  }
}
