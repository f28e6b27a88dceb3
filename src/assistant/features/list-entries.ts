import { setTimeout as pause } from 'node:timers/promises';
import { AgentRuns } from '@isolith/agents';
import { steadyNow } from '@isolith/contracts';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ConversationNotFound, ListEntries, type ConversationStatus, type Entry } from '../assistant.contract.js';
import { conversationOf, entryOf } from '../infra/conversation-view.js';
import { sender } from '../infra/sender.js';

/** Queries of one host that wait at a time; the next ones are answered with what there is. */
const MOST_WAITING = 64;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 400;

interface Entries {
  readonly items: Entry[];
  readonly status: ConversationStatus;
  readonly seq: number;
}

@QueryHandler(ListEntries)
export class ListEntriesHandler implements IQueryHandler<ListEntries> {
  #waiting = 0;

  constructor(
    private readonly runs: AgentRuns,
    private readonly host: HostLifecycle,
  ) {}

  async execute(asked: ListEntries): Promise<Entries> {
    const owner = sender();
    const found = await this.look(asked, owner);
    if (found.items.length > 0 || asked.waitMs === 0 || this.#waiting >= MOST_WAITING) return found;
    this.#waiting += 1;
    try {
      return await this.waited(asked, owner);
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Looks with growing pauses until there is an entry, the time is up, or the host stops. */
  private async waited(asked: ListEntries, owner: string): Promise<Entries> {
    const endsAt = steadyNow() + asked.waitMs;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const left = endsAt - steadyNow();
      const { draining } = this.host;
      // An aborted pause is just a short one.
      await pause(Math.max(0, Math.min(pauseMs, left)), undefined, { signal: draining }).catch(() => undefined);
      const found = await this.look(asked, owner);
      if (found.items.length > 0 || left <= pauseMs || draining.aborted) return found;
    }
  }

  /** The entries first: whoever has seen all up to `seq` knows that `status` is not older than them. */
  private async look({ conversationId, after, limit }: ListEntries, owner: string): Promise<Entries> {
    const entries = await this.runs.entries(conversationId, owner, after, limit);
    const run = await this.runs.view(conversationId, owner);
    if (run === undefined) throw new ConversationNotFound({ conversationId });
    const { status, seq } = conversationOf(run);
    return { items: entries.map(entryOf), status, seq };
  }
}
