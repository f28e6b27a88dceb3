import { contractsIn } from '@isolith/contracts';
import { HostSettings, IsolithModule } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { ChangeRolesHandler } from './features/change-roles.js';
import { CloseSessionHandler } from './features/close-session.js';
import { GetUserHandler } from './features/get-user.js';
import { OpenSessionHandler } from './features/open-session.js';
import { RefreshSessionHandler } from './features/refresh-session.js';
import { RegisterUserHandler } from './features/register-user.js';
import { SeedFirstAdmin } from './features/seed-first-admin.js';
import { UpdateProfileHandler } from './features/update-profile.js';
import { Accounts } from './infra/accounts.js';
import { Passwords } from './infra/passwords.js';
import { Sessions } from './infra/sessions.js';
import { usersMigrations } from './infra/users.migrations.js';
import * as contract from './users.contract.js';

const settings = z.object({ ADMIN_EMAIL: z.string().optional(), ADMIN_PASSWORD: z.string().optional() });

@Module({
  imports: [
    IsolithModule.forFeature({ context: 'users', contracts: contractsIn(contract), migrations: usersMigrations }),
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
    {
      provide: SeedFirstAdmin,
      inject: [HostLifecycle, HostSettings, UnitOfWork, Accounts, Passwords, EventBus],
      useFactory: (
        lifecycle: HostLifecycle,
        host: HostSettings,
        unit: UnitOfWork,
        accounts: Accounts,
        passwords: Passwords,
        events: EventBus,
      ) => {
        const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = host.read(settings);
        const seed = new SeedFirstAdmin(unit, accounts, passwords, events, { email, password });
        lifecycle.join(seed);
        return seed;
      },
    },
  ],
})
export class UsersModule {}
