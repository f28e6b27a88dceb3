import { AgentRuns } from '@isolith/agents';
import { UnitOfWork } from '@isolith/journal';
import { commandId, currentPrincipal, currentUser, derivedId } from '@isolith/message-bus';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { BeginConversation } from '../assistant.contract.js';
import { ConversationAgents } from '../infra/conversation-agents.js';

@CommandHandler(BeginConversation)
export class BeginConversationHandler implements ICommandHandler<BeginConversation> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly runs: AgentRuns,
    private readonly agents: ConversationAgents,
  ) {}

  async execute({ assistant }: BeginConversation): Promise<{ conversationId: string }> {
    const agent = this.agents.agentFor(assistant, currentPrincipal());
    const [owner, conversationId] = [currentUser(), derivedId(commandId(), 'conversation')];
    return this.unit.run(async () => {
      await this.runs.begin(agent, conversationId, owner);
      return { conversationId };
    });
  }
}
