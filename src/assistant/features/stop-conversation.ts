import { AgentRuns } from '@isolith/agents';
import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ConversationNotFound, StopConversation } from '../assistant.contract.js';
import { sender } from '../infra/sender.js';

@CommandHandler(StopConversation)
export class StopConversationHandler implements ICommandHandler<StopConversation> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly runs: AgentRuns,
  ) {}

  async execute({ conversationId }: StopConversation): Promise<void> {
    const owner = sender();
    await this.unit.run(async () => {
      if (!(await this.runs.stop(conversationId, owner))) throw new ConversationNotFound({ conversationId });
    });
  }
}
