import { page } from '@isolith/contracts';
import { listQuery, SignedIn } from '@isolith/isolith/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Conversation, ListConversations } from '../assistant.contract.js';

const search = listQuery.extend({ cursor: z.string().min(1).max(200).optional() });
type Search = z.output<typeof search>;
const answer = page(Conversation);

@ApiTags('assistant')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/assistant/conversations')
export class ListConversationsRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @ApiOperation({ summary: 'Your conversations, newest first' })
  @ApiOkResponse({ standardSchema: answer })
  list(@Query({ schema: search }) query: Search): Promise<z.output<typeof answer>> {
    return this.queries.execute(new ListConversations(query));
  }
}
