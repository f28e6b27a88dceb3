import type { Principal } from '@isolith/contracts';
import type { SettingsOf } from '@isolith/isolith';
import { deriveKeys, KEY_SOURCE } from '@isolith/isolith/http';
import { UnitOfWork } from '@isolith/journal';
import { nobody, openContext, service as context, user, type RecordedFact } from '@isolith/testing';
import { CommandHandler, EventBus, type Command, type ICommandHandler, type Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { SendPasswordReset } from '../../notifications/notifications.contract.js';
import { SeedFirstAdmin } from '../features/seed-first-admin.js';
import { Accounts } from '../infra/accounts.js';
import { AT_ONCE, Passwords, WAITING } from '../infra/passwords.js';
import { users } from '../users.context.js';
import { OpenSession, RegisterUser } from '../users.contract.js';
import { UsersModule } from '../users.module.js';

const IdRow = z.object({ id: z.uuid() });
const CountRow = z.object({ count: z.int() });

export const PASSWORD = 'correct horse';

export { context, nobody, user };

/** Takes what is to be mailed, unless it is out of order. */
@CommandHandler(SendPasswordReset)
class Mailing implements ICommandHandler<SendPasswordReset> {
  async execute(mail: SendPasswordReset): Promise<void> {
    if (Mailing.isBroken) throw new Error('there is no mail');
    Mailing.sent.push(mail);
  }

  static isBroken = false;
  static readonly sent: SendPasswordReset[] = [];
}

/** The context as it runs in a host, on a database of its own. Close it after use. */
export async function openUsers() {
  const opened = await openContext(users, {
    module: UsersModule,
    standIns: [Mailing],
    replaced: [[KEY_SOURCE, deriveKeys('a secret that is used by tests only')]],
  });
  const send = <R>(principal: Principal, command: Command<R>): Promise<R> => opened.send(command, principal);
  /** Registers an account with PASSWORD; returns its id. */
  const register = async (email: string): Promise<string> =>
    (await send(nobody, new RegisterUser({ email, password: PASSWORD, name: 'Ada' }))).userId;
  return {
    send,
    register,
    /** Makes an admin of a new account, as no command would. */
    registerAdmin: async (email: string): Promise<string> => {
      const id = await register(email);
      await opened.write("UPDATE users.accounts SET roles = '{admin}' WHERE id = $1", [id]);
      return id;
    },
    admins: async (): Promise<readonly string[]> =>
      (await opened.read(IdRow, "SELECT id FROM users.accounts WHERE 'admin' = ANY (roles)")).map(({ id }) => id),
    ask: <R>(principal: Principal, query: Query<R>): Promise<R> => opened.ask(query, principal),
    /** Signs in with PASSWORD; returns the session's id. */
    signIn: async (email: string): Promise<string> =>
      (await send(nobody, new OpenSession({ email, password: PASSWORD }))).sessionId,
    firstAdmin: (settings: SettingsOf<typeof users>) => {
      const seed = new SeedFirstAdmin(
        opened.get(UnitOfWork),
        opened.get(Accounts),
        opened.get(Passwords),
        opened.get(EventBus),
        settings,
      );
      return { verify: () => seed.verify(), sow: () => opened.run(() => seed.sow()) };
    },
    /** Does the work while passwords are hashed, and wait to be, as many as may. */
    passwordsBusy: async (work: () => Promise<void>): Promise<void> => {
      const { promise: isOver, resolve: end } = Promise.withResolvers<boolean>();
      const passwords = opened.get(Passwords);
      const some = Array.from({ length: WAITING + AT_ONCE }, () =>
        passwords.matches(undefined, PASSWORD, () => isOver),
      );
      try {
        await work();
      } finally {
        end(false);
        await Promise.all(some);
      }
    },
    sessionsOf: async (userId: string): Promise<number> => {
      const [row] = await opened.read(
        CountRow,
        'SELECT count(*)::integer AS count FROM users.sessions WHERE user_id = $1',
        [userId],
      );
      return row?.count ?? 0;
    },
    /** What was to be mailed so far, by every context that this file has opened. */
    mails: (): readonly SendPasswordReset[] => Mailing.sent,
    /** Mails nothing while it does the work, in any context that this file has opened. */
    withoutMail: async (work: () => Promise<void>): Promise<void> => {
      Mailing.isBroken = true;
      try {
        await work();
      } finally {
        Mailing.isBroken = false;
      }
    },
    countOf: async (sql: string): Promise<number> => (await opened.read(CountRow, sql))[0]?.count ?? 0,
    /** Writes what no command would. */
    write: (sql: string, params: readonly unknown[]): Promise<number> => opened.write(sql, params),
    /** What the context has recorded of a key, in order. */
    recorded: (key: string): Promise<readonly RecordedFact[]> => opened.recorded(key),
    /** Everything that is kept of handled commands, as text. */
    inbox: async (): Promise<string> =>
      JSON.stringify(await opened.read(z.unknown(), 'SELECT digest, outcome FROM users.inbox')),
    close: (): Promise<void> => opened.close(),
  };
}

export type UsersUnderTest = Awaited<ReturnType<typeof openUsers>>;
