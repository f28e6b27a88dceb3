import { UnauthenticatedError, type Principal } from '@isolith/contracts';
import { changes, CurrentSession, CurrentUser, SignedIn } from '@isolith/isolith/http';
import { Body, Controller, Patch } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Account, Email, GetUser, GivenPassword, NewPassword, PersonName, UpdateProfile } from '../users.contract.js';

const profile = changes({ name: PersonName, email: Email, password: NewPassword, currentPassword: GivenPassword })
  .refine(
    ({ email, password, currentPassword }) =>
      currentPassword !== undefined || (email === undefined && password === undefined),
    { path: ['currentPassword'], error: 'is needed with a new email or password' },
  )
  .meta({
    minProperties: 1,
    dependentRequired: { email: ['currentPassword'], password: ['currentPassword'] },
  });
type Profile = z.output<typeof profile>;

@ApiTags('users')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/users/me')
export class UpdateProfileRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Patch()
  @ApiOperation({ summary: 'Change the own account; a new password ends all sessions' })
  @ApiOkResponse({ standardSchema: Account })
  async update(
    @Body({ schema: profile }) changed: Profile,
    @CurrentUser() { user }: Principal,
    @CurrentSession() sessionId: string,
  ): Promise<z.output<typeof Account>> {
    if (user === undefined) throw new UnauthenticatedError('sign in first');
    await this.commands.execute(new UpdateProfile({ ...changed, sessionId }));
    return this.queries.execute(new GetUser({ userId: user }));
  }
}
