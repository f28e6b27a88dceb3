import { owns } from '@isolith/message-bus';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Accounts } from '../infra/accounts.js';
import { GetUser, UserNotFound, type Account } from '../users.contract.js';

@QueryHandler(GetUser)
export class GetUserHandler implements IQueryHandler<GetUser> {
  constructor(private readonly accounts: Accounts) {}

  async execute({ userId }: GetUser): Promise<Account> {
    const account = owns(userId) ? await this.accounts.byId(userId) : undefined;
    if (account === undefined) throw new UserNotFound({ userId });
    return {
      id: account.id,
      email: account.email,
      name: account.name,
      roles: account.roles,
      createdAt: account.created_at.toISOString(),
    };
  }
}
