import { UnauthenticatedError, type Principal } from '@isolith/contracts';
import { CurrentUser, SignedIn } from '@isolith/isolith/http';
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Account, GetUser } from '../users.contract.js';

@ApiTags('users')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/users/me')
export class GetMeRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'The own account' })
  @ApiOkResponse({ standardSchema: Account })
  me(@CurrentUser() { user }: Principal): Promise<z.output<typeof Account>> {
    if (user === undefined) throw new UnauthenticatedError('sign in first');
    return this.queries.execute(new GetUser({ userId: user }));
  }
}
