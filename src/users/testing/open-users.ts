import type { Principal } from '@isolith/contracts';
import type { SettingsOf } from '@isolith/isolith';
import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { openTestDatabase } from '@isolith/journal/testing';
import { runAs, runInScope } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { CommandBus, EventBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { ChangeRolesHandler } from '../features/change-roles.js';
import { CloseSessionHandler } from '../features/close-session.js';
import { GetUserHandler } from '../features/get-user.js';
import { OpenSessionHandler } from '../features/open-session.js';
import { RefreshSessionHandler } from '../features/refresh-session.js';
import { RegisterUserHandler } from '../features/register-user.js';
import { SeedFirstAdmin } from '../features/seed-first-admin.js';
import { UpdateProfileHandler } from '../features/update-profile.js';
import { Accounts } from '../infra/accounts.js';
import { Passwords } from '../infra/passwords.js';
import { Sessions } from '../infra/sessions.js';
import { usersMigrations } from '../infra/users.migrations.js';
import type { users } from '../users.context.js';
import { RegisterUser } from '../users.contract.js';

const EventRow = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });
const CountRow = z.object({ count: z.int() });

export const PASSWORD = 'correct horse';

/** Somebody who is not signed in. */
export const nobody: Principal = { service: 'gateway', roles: [] };
export const user = (id: string, ...roles: string[]): Principal => ({ service: 'gateway', user: id, roles });
/** Another context acting for itself. */
export const context = (service: string): Principal => ({ service, roles: [] });

/** The context as it runs in a host (bus, inbox, unit of work), on a database of its own. Close it after use. */
export async function openUsers() {
  const place = await openTestDatabase();
  const module = await Test.createTestingModule({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['users'] } }),
      JournalModule.forRoot({ targetOf: () => place.target }),
      JournalModule.forFeature({ context: 'users', migrations: usersMigrations }),
    ],
    providers: [
      Accounts,
      Passwords,
      Sessions,
      RegisterUserHandler,
      GetUserHandler,
      UpdateProfileHandler,
      ChangeRolesHandler,
      OpenSessionHandler,
      RefreshSessionHandler,
      CloseSessionHandler,
    ],
  }).compile();
  await module.init();
  const commands = module.get(CommandBus);
  const queries = module.get(QueryBus);
  const database = module.get(ContextDatabase);
  const unit = module.get(UnitOfWork);
  const as = <T>(principal: Principal, work: () => Promise<T>): Promise<T> =>
    runInScope({ context: principal.service, principal, correlationId: 'spec' }, work);
  const send = <R>(principal: Principal, command: Command<R>): Promise<R> =>
    as(principal, () => commands.execute(command));
  return {
    send,
    ask: <R>(principal: Principal, query: Query<R>): Promise<R> => as(principal, () => queries.execute(query)),
    /** Registers an account with PASSWORD; returns its id. */
    register: async (email: string): Promise<string> =>
      (await send(nobody, new RegisterUser({ email, password: PASSWORD, name: 'Ada' }))).userId,
    firstAdmin: (settings: SettingsOf<typeof users>) => {
      const seed = new SeedFirstAdmin(
        unit,
        module.get(Accounts),
        module.get(Passwords),
        module.get(EventBus),
        settings,
      );
      return { verify: () => seed.verify(), sow: () => runAs('users', () => seed.sow()) };
    },
    sessionsOf: async (userId: string): Promise<number> => {
      const [row] = await database.query(
        CountRow,
        'SELECT count(*)::integer AS count FROM users.sessions WHERE user_id = $1',
        [userId],
      );
      return row?.count ?? 0;
    },
    /** Writes what no command would. */
    write: (sql: string, params: readonly unknown[]): Promise<number> =>
      runAs('users', () => unit.run(() => unit.execute(sql, params))),
    /** What the context has recorded of a key, in order. */
    recorded: (key: string): Promise<z.output<typeof EventRow>[]> =>
      database.query(EventRow, 'SELECT type, data FROM users.journal WHERE key = $1 ORDER BY position', [key]),
    /** Everything that is kept of handled commands, as text. */
    inbox: async (): Promise<string> =>
      JSON.stringify(await database.query(z.unknown(), 'SELECT digest, outcome FROM users.inbox')),
    close: async (): Promise<void> => {
      await module.close();
      await place.drop();
    },
  };
}

export type UsersUnderTest = Awaited<ReturnType<typeof openUsers>>;
