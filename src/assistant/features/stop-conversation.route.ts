import { CommandId, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiAcceptedResponse, ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Conversation, GetConversation, StopConversation } from '../assistant.contract.js';

const path = z.object({ id: z.uuid().toLowerCase() });
type Path = z.output<typeof path>;

@ApiTags('assistant')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/assistant/conversations')
export class StopConversationRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post(':id/stop')
  @HttpCode(202)
  @ApiOperation({ summary: 'Stop what the assistant is at; repeating is harmless' })
  @ApiAcceptedResponse({ standardSchema: Conversation })
  async stop(@Param({ schema: path }) { id: conversationId }: Path, @CommandId() id: string): Promise<Conversation> {
    await this.commands.execute(withOptions(new StopConversation({ conversationId }), { id }));
    return this.queries.execute(new GetConversation({ conversationId }));
  }
}
