import { SignedIn } from '@isolith/isolith/http';
import { Body, Controller, Param, Patch } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Account, ChangeRoles, GetUser, Roles, UserId } from '../users.contract.js';

const path = z.object({ id: UserId });
type Path = z.output<typeof path>;
const change = z.object({ roles: Roles });
type Change = z.output<typeof change>;

@ApiTags('users')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/users')
export class ChangeRolesRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Patch(':id')
  @ApiOperation({
    summary: 'Set the roles of an account (admin), which has to sign in again; the last admin stays one',
  })
  @ApiOkResponse({ standardSchema: Account })
  async change(
    @Param({ schema: path }) { id: userId }: Path,
    @Body({ schema: change }) { roles }: Change,
  ): Promise<z.output<typeof Account>> {
    await this.commands.execute(new ChangeRoles({ userId, roles }));
    return this.queries.execute(new GetUser({ userId }));
  }
}
