import { ConcurrencyError } from '@isolith/contracts';
import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Sessions } from '../infra/sessions.js';
import { RefreshSession, SessionEnded, type Role } from '../users.contract.js';

/**
 * Each generation is good for one refresh. Seen here, a generation is
 * - current: the session moves to the next one, which is returned;
 * - current when it was read, but another refresh was faster: tried again, and then it is
 * - older: somebody holds a copy of a token that was used. Who is the thief can't be told, so the session ends for both.
 */
@CommandHandler(RefreshSession)
export class RefreshSessionHandler implements ICommandHandler<RefreshSession> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly sessions: Sessions,
  ) {}

  async execute({
    sessionId,
    generation,
  }: RefreshSession): Promise<{ userId: string; roles: Role[]; generation: number }> {
    const current = await this.sessions.generation(sessionId);
    if (current !== undefined && generation < current) {
      // Committed by itself: the failure below is this command's outcome and undoes what its unit did.
      await this.unit.intent(() => this.sessions.end(sessionId));
    }
    if (current !== generation) throw new SessionEnded({});
    return this.unit.run(async () => {
      const grant = await this.sessions.refresh(sessionId, generation);
      if (grant === undefined) throw new ConcurrencyError(`session ${sessionId} was refreshed or ended meanwhile`);
      return { userId: grant.user_id, roles: grant.roles, generation: grant.generation };
    });
  }
}
