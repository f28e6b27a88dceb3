import { randomUUID } from 'node:crypto';
import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { Accounts } from '../infra/accounts.js';
import { Passwords } from '../infra/passwords.js';
import { requireStrong } from '../infra/weak-password.js';
import { EmailTaken, RegisterUser, UserRegistered, type Role } from '../users.contract.js';

@CommandHandler(RegisterUser)
export class RegisterUserHandler implements ICommandHandler<RegisterUser> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly events: EventBus,
  ) {}

  async execute({ email, password, name }: RegisterUser): Promise<{ userId: string; roles: Role[] }> {
    requireStrong(password, { email, name });
    const passwordHash = await this.passwords.hash(password);
    const userId = randomUUID();
    const roles: Role[] = ['customer'];
    return this.unit.run(async () => {
      const isNew = await this.accounts.insert({ id: userId, email: email.toLowerCase(), name, passwordHash, roles });
      if (!isNew) throw new EmailTaken({ pointer: '/email' });
      this.events.publish(new UserRegistered({ userId }));
      return { userId, roles };
    });
  }
}
