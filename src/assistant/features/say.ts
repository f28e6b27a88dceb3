import { AgentRuns } from '@isolith/agents';
import { UnitOfWork } from '@isolith/journal';
import { commandId } from '@isolith/message-bus';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ConversationNotFound, Say } from '../assistant.contract.js';
import { sender } from '../infra/sender.js';

@CommandHandler(Say)
export class SayHandler implements ICommandHandler<Say> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly runs: AgentRuns,
  ) {}

  async execute({ conversationId, text }: Say): Promise<{ seq: number }> {
    const owner = sender();
    return this.unit.run(async () => {
      const seq = await this.runs.say(conversationId, owner, text, commandId());
      if (seq === undefined) throw new ConversationNotFound({ conversationId });
      return { seq };
    });
  }
}
