import { AgentRuns } from '@isolith/agents';
import { pagesBy, type Page } from '@isolith/contracts';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { InvalidCursor, ListConversations, type Conversation } from '../assistant.contract.js';
import { conversationOf } from '../infra/conversation-view.js';
import { sender } from '../infra/sender.js';

/** The year 0000 is a moment for the pattern of ISO 8601 and none for PostgreSQL. */
const BeganAt = z.iso
  .datetime()
  .max(40)
  .refine((at) => !at.startsWith('0000'));

/** Conversations by the moment at which they began, then by id. */
const pages = pagesBy(z.tuple([BeganAt, z.uuid()]), () => new InvalidCursor({ pointer: '/cursor' }));

@QueryHandler(ListConversations)
export class ListConversationsHandler implements IQueryHandler<ListConversations> {
  constructor(private readonly runs: AgentRuns) {}

  async execute({ limit, cursor }: ListConversations): Promise<Page<Conversation>> {
    const after = pages.after(cursor);
    const before = after === undefined ? {} : { before: { at: after[0], id: after[1] } };
    // One more than asked for tells whether there is a next page.
    const found = await this.runs.list(sender(), { limit: limit + 1, ...before });
    return pages.cut(found, limit, conversationOf, ({ beganAt, id }): [string, string] => [beganAt, id]);
  }
}
