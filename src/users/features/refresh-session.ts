import { ConcurrencyError } from '@isolith/contracts';
import { EndedSessions } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Sessions } from '../infra/sessions.js';
import { RefreshSession, SessionEnded, type Role } from '../users.contract.js';

/**
 * Each generation is good for one refresh. Seen here, a generation is
 * - current: the session moves to the next one, which is returned;
 * - the one before, for a short grace: its answer was lost, or another tab was faster. It gets what that one got;
 * - current when it was read, but another refresh was faster: tried again, and then it is the one before;
 * - older: somebody holds a copy of a token that was used. Who is the thief can't be told, so the session ends for
 *   both.
 */
@CommandHandler(RefreshSession)
export class RefreshSessionHandler implements ICommandHandler<RefreshSession> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly sessions: Sessions,
    private readonly endedSessions: EndedSessions,
  ) {}

  async execute({
    sessionId,
    generation,
  }: RefreshSession): Promise<{ userId: string; roles: Role[]; generation: number }> {
    const session = await this.sessions.grant(sessionId);
    const current = session?.generation;
    if (session !== undefined && session.was_just_refreshed && generation === session.generation - 1)
      return { userId: session.user_id, roles: session.roles, generation: session.generation };
    if (current !== undefined && generation < current) {
      // Committed by itself: the failure below is this command's outcome and undoes what its unit did.
      await this.endedSessions.announce(await this.unit.intent(() => this.sessions.end(sessionId)));
    }
    if (current !== generation) throw new SessionEnded({});
    return this.unit.run(async () => {
      const grant = await this.sessions.refresh(sessionId, generation);
      if (grant === undefined) throw new ConcurrencyError(`session ${sessionId} was refreshed or ended meanwhile`);
      return { userId: grant.user_id, roles: grant.roles, generation: grant.generation };
    });
  }
}
