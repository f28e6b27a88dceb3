import { CommandId, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Body, Controller, Post, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AssistantName, BeginConversation, Conversation, GetConversation } from '../assistant.contract.js';

const beginning = z.object({ assistant: AssistantName.default('shopping') });
type Beginning = z.output<typeof beginning>;

/** What this route needs of the framework's reply. */
interface Reply {
  header(name: string, value: string): unknown;
}

@ApiTags('assistant')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/assistant/conversations')
export class BeginConversationRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Begin a conversation with the assistant (`triage`: support)' })
  @ApiCreatedResponse({ standardSchema: Conversation, headers: { Location: { schema: { type: 'string' } } } })
  async begin(
    @Body({ schema: beginning }) body: Beginning,
    @CommandId() id: string,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<Conversation> {
    const { conversationId } = await this.commands.execute(withOptions(new BeginConversation(body), { id }));
    reply.header('Location', `/v1/assistant/conversations/${conversationId}`);
    return this.queries.execute(new GetConversation({ conversationId }));
  }
}
