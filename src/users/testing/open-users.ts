import type { Principal } from '@isolith/contracts';
import type { SettingsOf } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { nobody, openContext, service as context, user, type RecordedFact } from '@isolith/testing';
import { EventBus, type Command, type Query } from '@nestjs/cqrs';
import { z } from 'zod';
import { SeedFirstAdmin } from '../features/seed-first-admin.js';
import { Accounts } from '../infra/accounts.js';
import { Passwords } from '../infra/passwords.js';
import { users } from '../users.context.js';
import { RegisterUser } from '../users.contract.js';
import { UsersModule } from '../users.module.js';

const CountRow = z.object({ count: z.int() });

export const PASSWORD = 'correct horse';

export { context, nobody, user };

/** The context as it runs in a host, on a database of its own. Close it after use. */
export async function openUsers() {
  const opened = await openContext(users, { module: UsersModule });
  const send = <R>(principal: Principal, command: Command<R>): Promise<R> => opened.send(command, principal);
  return {
    send,
    ask: <R>(principal: Principal, query: Query<R>): Promise<R> => opened.ask(query, principal),
    /** Registers an account with PASSWORD; returns its id. */
    register: async (email: string): Promise<string> =>
      (await send(nobody, new RegisterUser({ email, password: PASSWORD, name: 'Ada' }))).userId,
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
    sessionsOf: async (userId: string): Promise<number> => {
      const [row] = await opened.read(
        CountRow,
        'SELECT count(*)::integer AS count FROM users.sessions WHERE user_id = $1',
        [userId],
      );
      return row?.count ?? 0;
    },
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
