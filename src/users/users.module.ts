import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
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
import { users } from './users.context.js';

@Module({
  imports: [IsolithModule.forFeature(users, { migrations: usersMigrations, seeds: [SeedFirstAdmin] })],
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
    SeedFirstAdmin,
  ],
})
export class UsersModule {}
