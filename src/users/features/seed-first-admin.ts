import { InjectSettings, type Seed, type SettingsOf, StartRefusedError } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { derivedId } from '@isolith/message-bus';
import { Injectable, Logger } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { Accounts } from '../infra/accounts.js';
import { Passwords } from '../infra/passwords.js';
import { weaknessOf } from '../infra/weak-password.js';
import { users } from '../users.context.js';
import { UserRegistered, WeakPassword } from '../users.contract.js';

/** The same in every start and on every host, so that two hosts that start at once make one admin. */
export const FIRST_ADMIN = derivedId('users', 'first-admin');

const NAME = 'Admin';

/**
 * Makes the first admin, once, of ADMIN_EMAIL and ADMIN_PASSWORD: an account that exists is never changed, whatever the
 * environment says by now. The password is judged when it becomes one; a weak one refuses the start.
 */
@Injectable()
export class SeedFirstAdmin implements Seed {
  readonly name = 'first admin';
  private readonly log = new Logger('users');

  constructor(
    private readonly unit: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly passwords: Passwords,
    private readonly events: EventBus,
    @InjectSettings(users) private readonly settings: SettingsOf<typeof users>,
  ) {}

  verify(): readonly string[] {
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = this.settings;
    if ((email === undefined) === (password === undefined)) return [];
    return [
      email === undefined ? 'ADMIN_EMAIL: expected with ADMIN_PASSWORD' : 'ADMIN_PASSWORD: expected with ADMIN_EMAIL',
    ];
  }

  async sow(): Promise<void> {
    const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = this.settings;
    if (email !== undefined && password !== undefined) await this.make(email.toLowerCase(), password);
  }

  private async make(email: string, password: string): Promise<void> {
    if ((await this.accounts.byId(FIRST_ADMIN)) !== undefined) return;
    if ((await this.accounts.credentials(email)) !== undefined) return this.leaveAnother();
    const why = weaknessOf(password, { email, name: NAME });
    if (why !== undefined)
      throw new StartRefusedError([`ADMIN_PASSWORD: ${new WeakPassword({ pointer: '/password', why }).message}`]);
    const passwordHash = await this.passwords.hash(password);
    const made = await this.unit.run(async () => {
      const isNew = await this.accounts.insert({
        id: FIRST_ADMIN,
        email,
        name: NAME,
        passwordHash,
        roles: ['admin'],
      });
      if (isNew) this.events.publish(new UserRegistered({ userId: FIRST_ADMIN }));
      return isNew;
    });
    if (made) this.log.log(`made the first admin, ${FIRST_ADMIN}`);
    else await this.leaveAnother();
  }

  /** Says so of an account that has the address, unless another host has made the admin meanwhile. */
  private async leaveAnother(): Promise<void> {
    if ((await this.accounts.byId(FIRST_ADMIN)) !== undefined) return;
    this.log.warn('ADMIN_EMAIL belongs to an account that is not the first admin; it was left as it is');
  }
}
