import { page } from '@isolith/contracts';
import { listQuery, SignedIn } from '@isolith/isolith/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ListNotifications, Notification } from '../notifications.contract.js';

type List = z.output<typeof listQuery>;
const answer = page(Notification);

@ApiTags('notifications')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/notifications')
export class ListNotificationsRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'What the shop told you, newest first; admins also see alerts' })
  @ApiOkResponse({ standardSchema: answer })
  list(@Query({ schema: listQuery }) query: List): Promise<z.output<typeof answer>> {
    return this.queries.execute(new ListNotifications(query));
  }
}
