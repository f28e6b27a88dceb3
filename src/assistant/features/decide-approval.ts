import { AgentRuns } from '@isolith/agents';
import { ForbiddenError, GATEWAY } from '@isolith/contracts';
import { UnitOfWork } from '@isolith/journal';
import { currentPrincipal } from '@isolith/message-bus';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ApprovalNotFound, ApprovalOver, ConversationNotFound, DecideApproval } from '../assistant.contract.js';
import { sender } from '../infra/sender.js';

@CommandHandler(DecideApproval)
export class DecideApprovalHandler implements ICommandHandler<DecideApproval> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly runs: AgentRuns,
  ) {}

  async execute({ conversationId, approvalId, approved, note }: DecideApproval): Promise<void> {
    const owner = sender();
    // A person is at the edge. Whoever speaks for its user, an agent or a client of MCP, never approves in his place.
    const { service, delegate } = currentPrincipal();
    if (service !== GATEWAY || delegate === true) throw new ForbiddenError('only a person who is signed in decides');
    await this.unit.run(async () => {
      if ((await this.runs.view(conversationId, owner)) === undefined)
        throw new ConversationNotFound({ conversationId });
      const decision = { approved, ...(note === undefined ? {} : { note }) };
      const became = await this.runs.decide(conversationId, owner, approvalId, decision);
      if (became === 'not-found') throw new ApprovalNotFound({ approvalId });
      if (became !== 'decided') throw new ApprovalOver({ approvalId });
    });
  }
}
