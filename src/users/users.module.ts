import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { ChangeRolesHandler } from './features/change-roles.js';
import { CloseSessionHandler } from './features/close-session.js';
import { GetUserHandler } from './features/get-user.js';
import { ListEndedSessionsHandler } from './features/list-ended-sessions.js';
import { OpenSessionHandler } from './features/open-session.js';
import { RefreshSessionHandler } from './features/refresh-session.js';
import { RegisterUserHandler } from './features/register-user.js';
import { RequestPasswordResetHandler } from './features/request-password-reset.js';
import { ResetPasswordHandler } from './features/reset-password.js';
import { SeedFirstAdmin } from './features/seed-first-admin.js';
import { UpdateProfileHandler } from './features/update-profile.js';
import { Accounts } from './infra/accounts.js';
import { PasswordResetMails } from './infra/password-reset-mails.js';
import { PasswordResets } from './infra/password-resets.js';
import { Passwords } from './infra/passwords.js';
import { Sessions } from './infra/sessions.js';
import { SignInLimits } from './infra/sign-in-limits.js';
import { usersMigrations } from './infra/users.migrations.js';
import { users } from './users.context.js';

@Module({
  imports: [IsolithModule.forFeature(users, { migrations: usersMigrations, seeds: [SeedFirstAdmin] })],
  providers: [
    Accounts,
    Passwords,
    Sessions,
    SignInLimits,
    PasswordResets,
    PasswordResetMails,
    RegisterUserHandler,
    GetUserHandler,
    UpdateProfileHandler,
    ChangeRolesHandler,
    OpenSessionHandler,
    RefreshSessionHandler,
    CloseSessionHandler,
    ListEndedSessionsHandler,
    RequestPasswordResetHandler,
    ResetPasswordHandler,
    SeedFirstAdmin,
  ],
})
export class UsersModule {}
