import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ENDED_PER_PAGE, Sessions } from '../infra/sessions.js';
import { ListEndedSessions } from '../users.contract.js';

@QueryHandler(ListEndedSessions)
export class ListEndedSessionsHandler implements IQueryHandler<ListEndedSessions> {
  constructor(private readonly sessions: Sessions) {}

  async execute({ withinSeconds, after }: ListEndedSessions): Promise<{ sessionIds: string[]; more: boolean }> {
    const sessionIds = [...(await this.sessions.endedLately(withinSeconds, after))];
    return { sessionIds, more: sessionIds.length === ENDED_PER_PAGE };
  }
}
