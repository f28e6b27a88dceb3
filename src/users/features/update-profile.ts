import { EndedSessions } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { currentUser } from '@isolith/message-bus';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { accountFailure, Accounts, type OwnCredentialsRow } from '../infra/accounts.js';
import { PasswordResets } from '../infra/password-resets.js';
import { Passwords } from '../infra/passwords.js';
import { Sessions } from '../infra/sessions.js';
import { SignInLimits } from '../infra/sign-in-limits.js';
import { requireStrong } from '../infra/weak-password.js';
import { SessionEnded, UpdateProfile, UserNotFound, WrongCurrentPassword } from '../users.contract.js';

@CommandHandler(UpdateProfile)
export class UpdateProfileHandler implements ICommandHandler<UpdateProfile> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly endedSessions: EndedSessions,
    private readonly passwords: Passwords,
    private readonly limits: SignInLimits,
    private readonly resets: PasswordResets,
  ) {}

  async execute({ name, email, password, currentPassword, sessionId }: UpdateProfile): Promise<void> {
    const userId = currentUser();
    const isOfCredentials = email !== undefined || password !== undefined;
    const proven = isOfCredentials ? await this.#prove(userId, currentPassword, sessionId) : undefined;
    const passwordHash = password === undefined ? undefined : await this.#hash(userId, password, { name, email });
    const ended: string[] = [];
    try {
      await this.unit.run(async () => {
        const changed = await this.accounts.change(userId, {
          name,
          email: email?.toLowerCase(),
          passwordHash,
          provenHash: proven?.password_hash,
        });
        if (!changed) throw isOfCredentials ? new WrongCurrentPassword(AT) : new UserNotFound({ userId });
        // Only now: the account's row is locked before its sessions', as whatever ends them does.
        if (isOfCredentials) await this.#requireLive(userId, sessionId);
        if (isOfCredentials) await this.resets.forget(userId);
        // Whoever knows the old password may hold a session.
        if (passwordHash !== undefined) ended.push(...(await this.sessions.endAllOf(userId)));
        if (passwordHash !== undefined && proven !== undefined) await this.limits.forget(proven.email);
      });
    } catch (error) {
      throw accountFailure(error);
    }
    await this.endedSessions.announce(ended);
  }

  async #hash(userId: string, password: string, change: Pick<UpdateProfile, 'name' | 'email'>): Promise<string> {
    const account = await this.accounts.byId(userId);
    if (account === undefined) throw new UserNotFound({ userId });
    const { name = account.name, email = account.email } = change;
    requireStrong(password, { name, email });
    return this.passwords.hash(password);
  }

  /** What the current password was found to belong to. */
  async #prove(
    userId: string,
    currentPassword: string | undefined,
    sessionId: string | undefined,
  ): Promise<OwnCredentialsRow> {
    const account = await this.accounts.credentialsOf(userId);
    if (account === undefined) throw new UserNotFound({ userId });
    const { email, password_hash: hash } = account;
    if (currentPassword === undefined) throw new WrongCurrentPassword(AT);
    if (sessionId === undefined) throw new SessionEnded({});
    // Who holds a stolen token guesses in its session; what is counted there keeps the owner out of no other.
    const attempt = { email, origin: `session ${sessionId}` };
    const matches = await this.limits.allow(attempt, (inTurn) => this.passwords.matches(hash, currentPassword, inTurn));
    if (!matches) throw new WrongCurrentPassword(AT);
    await this.unit.intent(() => this.limits.proved(attempt));
    return account;
  }

  async #requireLive(userId: string, sessionId: string | undefined): Promise<void> {
    if (sessionId === undefined || !(await this.sessions.isLive(userId, sessionId))) throw new SessionEnded({});
  }
}

const AT = { pointer: '/currentPassword' } as const;
