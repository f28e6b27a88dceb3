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
  ) {}

  execute({ sessionId }: CloseSession): Promise<void> {
    const userId = currentUser();
    return this.unit.run(() => this.sessions.endOf(userId, sessionId));
  }
}
