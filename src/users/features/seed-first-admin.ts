import { UnitOfWork } from '@isolith/journal';
import { derivedId, runAs } from '@isolith/message-bus';
import type { HostParticipant } from '@isolith/message-bus/nest';
import { Logger } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { Accounts } from '../infra/accounts.js';
import { Passwords } from '../infra/passwords.js';
import { UserRegistered } from '../users.contract.js';

/** The same in every start and on every host, so that two hosts that start at once make one admin. */
export const FIRST_ADMIN = derivedId('users', 'first-admin');

/** ADMIN_EMAIL and ADMIN_PASSWORD: both, or no admin is made. */
export interface AdminCredentials {
  readonly email: string | undefined;
  readonly password: string | undefined;
}

/** Makes the first admin, once: an account that exists is never changed, whatever the environment says by now. */
export class SeedFirstAdmin implements HostParticipant {
  readonly name = 'first admin';
  private readonly log = new Logger('users');

  constructor(
    private readonly unit: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly events: EventBus,
    private readonly admin: AdminCredentials,
  ) {}

  verify(): readonly string[] {
    const { email, password } = this.admin;
    if ((email === undefined) === (password === undefined)) return [];
    return [
      email === undefined ? 'ADMIN_EMAIL: expected with ADMIN_PASSWORD' : 'ADMIN_PASSWORD: expected with ADMIN_EMAIL',
    ];
  }

  async start(): Promise<void> {
    const { email, password } = this.admin;
    if (email !== undefined && password !== undefined)
      await runAs('users', () => this.make(email.toLowerCase(), password));
  }

  private async make(email: string, password: string): Promise<void> {
    if ((await this.accounts.byId(FIRST_ADMIN)) !== undefined) return;
    const passwordHash = await this.passwords.hash(password);
    const made = await this.unit.run(async () => {
      const isNew = await this.accounts.insert({
        id: FIRST_ADMIN,
        email,
        name: 'Admin',
        passwordHash,
        roles: ['admin'],
      });
      if (isNew) this.events.publish(new UserRegistered({ userId: FIRST_ADMIN }));
      return isNew;
    });
    if (made) this.log.log(`made the first admin, ${FIRST_ADMIN}`);
    else this.log.warn('ADMIN_EMAIL belongs to an account that is not the first admin; it was left as it is');
  }
}
