import type { LeaseTerms } from '@isolith/journal/internal';
import { quoted } from '@isolith/postgres/internal';
import type { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import type { KeptEntry } from '../run/run-entry.js';
import { ENTRY_COLUMNS, entryRow, heldRow, milliseconds, NOW_MS, type HeldRun } from '../store/run-rows.js';

const idRow = z.object({ id: z.string() });
const outlookRow = z.object({ ms: z.number().nullable() });
const nowRow = z.object({ now: z.number() });

/** A run that was claimed, with all that happened to it. */
export interface ClaimedRun {
  readonly entries: readonly KeptEntry[];
  /** By the database's clock, in milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * Who moves which run of one context. The lease of a run that does not rest, by the database's clock:
 *
 *   free --claim: token + 1--> held --save, renewal--> held
 *                               |--pause, wait, end, drain, stop--> free
 *                               '--neither for the time of a lease--> over: as good as free
 *
 * A host that was stopped while it held one may go on at any time and call what it was about to call, under the id that
 * the run's next holder uses too. It writes nothing: the run is another's, or nobody's, or its token is another one.
 */
export class RunLeases {
  private readonly schema: string;

  constructor(
    schema: string,
    private readonly unit: Pick<UnitOfWork, 'run' | 'query' | 'execute'>,
    private readonly database: Pick<ContextDatabase, 'query'>,
    readonly terms: LeaseTerms,
  ) {
    this.schema = quoted(schema);
  }

  /**
   * Claims runs of these agents that are due, longest due first, whose lease is free or over, or held by a process that
   * must be dead; none of `except`. What another host is claiming at the same moment is passed over.
   */
  claim(agents: readonly string[], except: readonly string[], limit: number): Promise<HeldRun[]> {
    const { holder, leaseMs, alone } = this.terms;
    return this.unit.run(() =>
      this.unit.query(
        heldRow,
        `WITH due AS (
           SELECT r.id FROM ${this.schema}.agent_run r
           WHERE r.status <> 'resting' AND r.due_at <= now() AND r.agent = ANY($1::text[]) AND r.id <> ALL($2::text[])
             AND (r.holder IS NULL OR r.leased_until <= now() OR ($5 AND r.holder <> $3))
           ORDER BY r.due_at LIMIT $6 FOR UPDATE OF r SKIP LOCKED)
         UPDATE ${this.schema}.agent_run r
         SET holder = $3, token = r.token + 1, leased_until = clock_timestamp() + ${milliseconds('$4')}
         FROM due WHERE r.id = due.id RETURNING r.id, r.agent, r.owner, r.seq, r.token`,
        [agents, except, holder, leaseMs, alone, limit],
      ),
    );
  }

  /** All that happened to a run so far; there may be more than its claim knew of. */
  async read({ id }: Pick<HeldRun, 'id'>): Promise<ClaimedRun> {
    const [now] = await this.database.query(nowRow, `SELECT ${NOW_MS} AS now`);
    const entries = await this.database.query(
      entryRow,
      `SELECT ${ENTRY_COLUMNS} FROM ${this.schema}.agent_entry e WHERE e.run = $1 ORDER BY e.seq`,
      [id],
    );
    return { entries, nowMs: now?.now ?? 0 };
  }

  /** Extends the leases of these runs. Returns the ids of those that are still this host's. */
  async renew(held: readonly Pick<HeldRun, 'id' | 'token'>[]): Promise<ReadonlySet<string>> {
    const rows = await this.unit.run(() =>
      this.unit.query(
        idRow,
        `UPDATE ${this.schema}.agent_run r SET leased_until = clock_timestamp() + ${milliseconds('$4')}
         FROM unnest($1::text[], $2::int[]) AS mine (id, token)
         WHERE r.id = mine.id AND r.token = mine.token AND r.holder = $3 RETURNING r.id`,
        [held.map(({ id }) => id), held.map(({ token }) => token), this.terms.holder, this.terms.leaseMs],
      ),
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** Gives back a run that could not be moved, due later, without changing where it is; nothing, if it is another's. */
  async putOff({ id, token }: Pick<HeldRun, 'id' | 'token'>, pauseMs: number): Promise<void> {
    await this.unit.run(() =>
      this.unit.execute(
        `UPDATE ${this.schema}.agent_run SET holder = NULL, leased_until = NULL, due_at = now() + ${milliseconds('$3')}
         WHERE id = $1 AND token = $2 AND holder = $4 AND status <> 'resting'`,
        [id, token, pauseMs, this.terms.holder],
      ),
    );
  }

  /** Gives back all leases of this host but those of `except`: anybody may claim the runs at once. */
  async giveBack(except: readonly string[]): Promise<void> {
    await this.unit.run(() =>
      this.unit.execute(
        `UPDATE ${this.schema}.agent_run SET holder = NULL, leased_until = NULL
         WHERE status <> 'resting' AND holder = $1 AND id <> ALL($2::text[])`,
        [this.terms.holder, except],
      ),
    );
  }

  /**
   * Milliseconds until the next run of these agents may be claimed; undefined when all rest. Whoever holds one, moves
   * it.
   */
  async outlook(agents: readonly string[], except: readonly string[]): Promise<number | undefined> {
    const free = `CASE WHEN NOT ($3 AND r.holder <> $4) THEN r.leased_until END`;
    const [found] = await this.database.query(
      outlookRow,
      `SELECT (extract(epoch FROM min(greatest(r.due_at, ${free})) - clock_timestamp()) * 1000)::float8 AS ms
       FROM ${this.schema}.agent_run r
       WHERE r.status <> 'resting' AND r.agent = ANY($1::text[]) AND r.id <> ALL($2::text[])`,
      [agents, except, this.terms.alone, this.terms.holder],
    );
    return found?.ms ?? undefined;
  }
}
