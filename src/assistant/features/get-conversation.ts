import { AgentRuns } from '@isolith/agents';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ConversationNotFound, GetConversation, type Conversation } from '../assistant.contract.js';
import { conversationOf } from '../infra/conversation-view.js';
import { sender } from '../infra/sender.js';

@QueryHandler(GetConversation)
export class GetConversationHandler implements IQueryHandler<GetConversation> {
  constructor(private readonly runs: AgentRuns) {}

  async execute({ conversationId }: GetConversation): Promise<Conversation> {
    const run = await this.runs.view(conversationId, sender());
    if (run === undefined) throw new ConversationNotFound({ conversationId });
    return conversationOf(run);
  }
}
