import { UnauthenticatedError, type Principal } from '@isolith/contracts';
import { CurrentUser } from '@isolith/isolith/http';
import { Body, Controller, Patch } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Account, Email, GetUser, NewPassword, PersonName, UpdateProfile } from '../users.contract.js';

const profile = z
  .strictObject({ name: PersonName.optional(), email: Email.optional(), password: NewPassword.optional() })
  .refine((fields) => Object.keys(fields).length > 0, 'needs at least one of name, email and password');
type Profile = z.output<typeof profile>;

@ApiTags('users')
@ApiBearerAuth()
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
    @Body({ schema: profile }) changes: Profile,
    @CurrentUser() { user }: Principal,
  ): Promise<z.output<typeof Account>> {
    if (user === undefined) throw new UnauthenticatedError('sign in first');
    await this.commands.execute(new UpdateProfile(changes));
    return this.queries.execute(new GetUser({ userId: user }));
  }
}
