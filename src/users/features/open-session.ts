import { randomUUID } from 'node:crypto';
import { EndedSessions } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Accounts } from '../infra/accounts.js';
import { Passwords } from '../infra/passwords.js';
import { Sessions } from '../infra/sessions.js';
import { SignInLimits } from '../infra/sign-in-limits.js';
import { InvalidCredentials, OpenSession, type Role } from '../users.contract.js';

@CommandHandler(OpenSession)
export class OpenSessionHandler implements ICommandHandler<OpenSession> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly endedSessions: EndedSessions,
    private readonly passwords: Passwords,
    private readonly limits: SignInLimits,
  ) {}

  async execute({
    email,
    password,
    origin,
  }: OpenSession): Promise<{ sessionId: string; userId: string; roles: Role[]; generation: number }> {
    const account = await this.accounts.credentials(email.toLowerCase());
    const attempt = { email, origin };
    const matches = await this.limits.allow(attempt, (inTurn) =>
      this.passwords.matches(account?.password_hash, password, inTurn),
    );
    if (account === undefined || !matches) throw new InvalidCredentials({});
    const sessionId = randomUUID();
    const ended: string[] = [];
    const opened = await this.unit.run(async () => {
      const grant = await this.sessions.open(sessionId, account);
      if (grant === undefined) throw new InvalidCredentials({});
      await this.limits.succeeded(attempt);
      ended.push(...grant.ended);
      return { sessionId, userId: grant.user_id, roles: grant.roles, generation: grant.generation };
    });
    await this.endedSessions.announce(ended);
    return opened;
  }
}
