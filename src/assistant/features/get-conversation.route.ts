import { SignedIn } from '@isolith/isolith/http';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Conversation, GetConversation } from '../assistant.contract.js';

const path = z.object({ id: z.uuid().toLowerCase() });
type Path = z.output<typeof path>;

@ApiTags('assistant')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/assistant/conversations')
export class GetConversationRoute {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id')
  @ApiOperation({ summary: 'A conversation of yours, with what waits for your decision and what it has cost' })
  @ApiOkResponse({ standardSchema: Conversation })
  get(@Param({ schema: path }) { id: conversationId }: Path): Promise<Conversation> {
    return this.queries.execute(new GetConversation({ conversationId }));
  }
}
