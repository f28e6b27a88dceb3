import { EndedSessions } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { currentUser } from '@isolith/message-bus';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Sessions } from '../infra/sessions.js';
import { CloseSession } from '../users.contract.js';

@CommandHandler(CloseSession)
export class CloseSessionHandler implements ICommandHandler<CloseSession> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly sessions: Sessions,
    private readonly endedSessions: EndedSessions,
  ) {}

  async execute({ sessionId }: CloseSession): Promise<void> {
    const userId = currentUser();
    const ended: string[] = [];
    await this.unit.run(async () => void ended.push(...(await this.sessions.endOf(userId, sessionId))));
    await this.endedSessions.announce(ended);
  }
}
