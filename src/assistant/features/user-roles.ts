import type { RunPrincipals } from '@isolith/agents';
import { delegatePrincipal, type Principal } from '@isolith/contracts';
import { runAs, withOptions } from '@isolith/message-bus';
import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { GetUser, UserNotFound } from '../../users/users.contract.js';
import { assistant } from '../assistant.context.js';

/** A run waits when it can't be known in time; milliseconds. */
const KNOWN_WITHIN_MS = 5_000;

/**
 * The roles that users have at this moment, as `users` knows them: who lost one while a conversation went on has lost
 * it there, too. Asked in the user's own name, which is what everybody may know of himself.
 */
@Injectable()
export class UserRoles implements RunPrincipals {
  constructor(private readonly queries: QueryBus) {}

  async rolesOf(user: string): Promise<Principal['roles'] | undefined> {
    const asked = withOptions(new GetUser({ userId: user }), { timeoutMs: KNOWN_WITHIN_MS });
    const principal = delegatePrincipal(assistant.name, { user, roles: [] });
    try {
      return (await runAs(assistant.name, () => this.queries.execute(asked), { principal })).roles;
    } catch (error) {
      if (error instanceof UserNotFound) return undefined;
      throw error;
    }
  }
}
