import type { LeaseTerms } from '@isolith/journal/internal';
import { quoted } from '@isolith/postgres/internal';
import type { ContextDatabase } from '@isolith/journal';
import type { Waiting, Watched } from '@isolith/message-bus';
import { z } from 'zod';
import type { HeldRuns } from '../leases/held-runs.js';

/** What `RunWatch` works with. */
export interface RunWatchParts {
  readonly context: string;
  readonly schema: string;
  readonly database: Pick<ContextDatabase, 'query'>;
  readonly terms: Pick<LeaseTerms, 'holder' | 'alone'>;
  /** By name, the agents that this host states. */
  readonly agents: readonly string[];
  readonly held: Pick<HeldRuns, 'longest'>;
  /** How long one attempt to ask the model may take, in milliseconds. */
  readonly askWithinMs: number;
}

/** What a move may take beyond what it waits for, in milliseconds. */
const MARGIN_MS = 5_000;

const row = z.object({
  agent: z.string(),
  known: z.boolean(),
  count: z.coerce.number(),
  waitedMs: z.number(),
  oldest: z.string(),
});

/**
 * What waits in the runs of one context: those that are due and that nobody holds, and, from memory, one that this host
 * holds and that does not get on. Not what rests or waits for a person, and not what another host holds: that one
 * renews its lease as long as it lives, and tells of it itself.
 */
export class RunWatch implements Watched {
  readonly name: string;
  /** The last look found something. */
  private found = false;
  private readonly sql: string;

  constructor(private readonly parts: RunWatchParts) {
    this.name = `runs of agents of ${parts.context}`;
    this.sql = `SELECT r.agent, r.agent = ANY($1::text[]) AS known, count(*) AS count,
        (extract(epoch FROM clock_timestamp() - min(greatest(r.due_at, r.leased_until))) * 1000)::float8 AS "waitedMs",
        (array_agg(r.id ORDER BY greatest(r.due_at, r.leased_until), r.id))[1] AS oldest
      FROM ${quoted(parts.schema)}.agent_run r
      WHERE r.status <> 'resting' AND r.due_at < now()
        AND (r.holder IS NULL OR r.leased_until < now() OR ($2 AND r.holder <> $3))
      GROUP BY r.agent`;
  }

  /** Rarely while nothing waits, so that it costs little. */
  get everyMs(): number {
    return this.found ? 1_000 : 4_000;
  }

  async look(): Promise<readonly Waiting[]> {
    const { context, database, terms, agents } = this.parts;
    const rows = await database.query(row, this.sql, [agents, terms.alone, terms.holder]);
    this.found = rows.length > 0;
    const waiting = rows.map(({ agent: name, known, count, waitedMs, oldest }): Waiting => {
      const due = { kind: 'agent', name, waitedMs, lookAt: LOOK_AT, causes: [`database ${context}`] };
      if (!known) return { ...due, reason: `${count} runs are due and this host states no agent of that name` };
      // They are taken in turn: as long as the first one changes, hosts are busy with those before.
      return {
        ...due,
        token: oldest,
        backlog: { context, count },
        reason: `${count} runs are due and no host moves them`,
      };
    });
    return [...waiting, ...this.stuckHere()];
  }

  private stuckHere(): readonly Waiting[] {
    const { context, held, askWithinMs } = this.parts;
    const longest = held.longest();
    if (longest === undefined) return [];
    const { id, agent, doing, sinceMs } = longest;
    return [
      {
        kind: 'agent',
        name: `${agent} (moving)`,
        waitedMs: sinceMs,
        boundMs: askWithinMs + MARGIN_MS,
        reason: `run ${id} has been at ${doing} for ${Math.round(sinceMs / 1_000)} s`,
        lookAt: LOOK_AT,
        causes: ['calls', `database ${context}`, 'broker'],
      },
    ];
  }
}

const LOOK_AT = '/health/ready';
