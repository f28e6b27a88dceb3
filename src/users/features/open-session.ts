import { randomUUID } from 'node:crypto';
import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Accounts } from '../infra/accounts.js';
import { Passwords } from '../infra/passwords.js';
import { Sessions } from '../infra/sessions.js';
import { InvalidCredentials, OpenSession, type Role } from '../users.contract.js';

@CommandHandler(OpenSession)
export class OpenSessionHandler implements ICommandHandler<OpenSession> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly passwords: Passwords,
  ) {}

  async execute({
    email,
    password,
  }: OpenSession): Promise<{ sessionId: string; userId: string; roles: Role[]; generation: number }> {
    const account = await this.accounts.credentials(email.toLowerCase());
    const matches = await this.passwords.matches(account?.password_hash, password);
    if (account === undefined || !matches) throw new InvalidCredentials({});
    const sessionId = randomUUID();
    return this.unit.run(async () => {
      const grant = await this.sessions.open(sessionId, account);
      if (grant === undefined) throw new InvalidCredentials({});
      return { sessionId, userId: grant.user_id, roles: grant.roles, generation: grant.generation };
    });
  }
}
