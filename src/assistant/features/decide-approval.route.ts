import { CommandId, SignedIn } from '@isolith/isolith/http';
import { withOptions } from '@isolith/message-bus';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Conversation, DecideApproval, GetConversation, Note } from '../assistant.contract.js';

const path = z.object({ id: z.uuid().toLowerCase(), approvalId: z.uuid().toLowerCase() });
type Path = z.output<typeof path>;
const decision = z.object({ approved: z.boolean(), note: Note.optional() });
type Decision = z.output<typeof decision>;

@ApiTags('assistant')
@ApiBearerAuth()
@SignedIn()
@Controller('v1/assistant/conversations')
export class DecideApprovalRoute {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post(':id/approvals/:approvalId')
  @HttpCode(200)
  @ApiOperation({ summary: 'Approve or refuse what the assistant asks for, once' })
  @ApiOkResponse({ standardSchema: Conversation })
  async decide(
    @Param({ schema: path }) { id: conversationId, approvalId }: Path,
    @Body({ schema: decision }) body: Decision,
    @CommandId() id: string,
  ): Promise<Conversation> {
    await this.commands.execute(withOptions(new DecideApproval({ conversationId, approvalId, ...body }), { id }));
    return this.queries.execute(new GetConversation({ conversationId }));
  }
}
