import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Accounts } from '../infra/accounts.js';
import { ChangeRoles, UserNotFound } from '../users.contract.js';

@CommandHandler(ChangeRoles)
export class ChangeRolesHandler implements ICommandHandler<ChangeRoles> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly accounts: Accounts,
  ) {}

  execute({ userId, roles }: ChangeRoles): Promise<void> {
    return this.unit.run(async () => {
      const exists = await this.accounts.changeRoles(userId, [...new Set(roles)]);
      if (!exists) throw new UserNotFound({ userId });
    });
  }
}
