import { z } from 'zod';
import { onConnection, quoted, type BoundStatement } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import { inTransaction } from '../context/in-transaction.js';
import { OperatorActions, type OperatorAction } from './operator-actions.js';
import { parkedFilter, type ParkedFilter } from './parked-entry.js';
import type { ReplayFailure } from './sequence-replay.js';

/** The replay of a group of sequences. */
export interface GroupReplay {
  readonly id: string;
  readonly filter: ParkedFilter;
  readonly perSecond: number;
  readonly status: 'running' | 'completed' | 'stopped';
  /** Messages that were handled. */
  readonly replayed: number;
  /** The message that stopped it. */
  readonly failed?: ReplayFailure;
  /** What else stopped it. */
  readonly reason?: string;
  readonly by: string;
  /** RFC 3339. */
  readonly startedAt: string;
  readonly endedAt?: string;
}

/** How a replay ended. */
export interface GroupEnd {
  readonly status: 'completed' | 'stopped';
  readonly failed?: ReplayFailure;
  readonly reason?: string;
}

const row = z.object({
  id: z.string(),
  filter: parkedFilter,
  per_second: z.int(),
  status: z.enum(['running', 'completed', 'stopped']),
  replayed: z.int(),
  failed: z.object({ id: z.string(), problem: z.object({ type: z.string(), detail: z.string() }) }).nullable(),
  reason: z.string().nullable(),
  started_by: z.string(),
  started_at: z.date(),
  ended_at: z.date().nullable(),
  lost: z.boolean(),
});

/** Rows that are kept. */
const KEPT = 100;
const LEASE = "interval '60 seconds'";

/** The replays of a context's groups: their progress, for every host of the context. */
export class GroupReplayTable {
  private readonly table: string;
  private readonly actions: OperatorActions;

  constructor(private readonly journal: ContextJournal) {
    this.table = `${quoted(journal.schema)}.parked_replay`;
    this.actions = new OperatorActions(journal);
  }

  async begin(id: string, filter: ParkedFilter, perSecond: number, by: string): Promise<void> {
    await this.write(
      {
        text: `INSERT INTO ${this.table} (id, filter, per_second, status, started_by, leased_until) VALUES ($1, $2::jsonb, $3, 'running', $4, now() + ${LEASE})`,
        values: [id, JSON.stringify(filter), perSecond, by],
      },
      {
        text: `DELETE FROM ${this.table} WHERE id IN (SELECT id FROM ${this.table} ORDER BY started_at DESC, id OFFSET $1)`,
        values: [KEPT],
      },
      { by, action: 'replay-group', subject: { replay: id, filter, perSecond }, result: { status: 'started' } },
    );
  }

  /** Says that its host is alive, and how far it is. */
  async progress(id: string, replayed: number): Promise<void> {
    const text = `UPDATE ${this.table} SET replayed = $2, leased_until = now() + ${LEASE} WHERE id = $1`;
    await onConnection(await this.journal.dataSource(), (client) => client.query({ text, values: [id, replayed] }));
  }

  async end(id: string, by: string, replayed: number, end: GroupEnd): Promise<void> {
    const { status, failed, reason } = end;
    await this.write(
      {
        text: `UPDATE ${this.table} SET status = $2, replayed = $3, failed = $4::jsonb, reason = $5, ended_at = now() WHERE id = $1`,
        values: [id, status, replayed, failed === undefined ? null : JSON.stringify(failed), reason ?? null],
      },
      { by, action: 'replay-group', subject: { replay: id }, result: { ...end, replayed } },
    );
  }

  /** The newest first. */
  async recent(): Promise<readonly GroupReplay[]> {
    const text = `SELECT *, status = 'running' AND leased_until < now() AS lost FROM ${this.table} ORDER BY started_at DESC, id LIMIT $1`;
    const { rows } = await onConnection(await this.journal.dataSource(), (client) =>
      client.query<unknown>({ text, values: [KEPT] }),
    );
    return rows.map((found) => groupOf(row.parse(found)));
  }

  private async write(...what: readonly (Omit<BoundStatement, 'name'> | OperatorAction)[]): Promise<void> {
    await inTransaction(this.journal, async (transaction) => {
      for (const one of what) await transaction.statement('text' in one ? one : this.actions.recording(one));
    });
  }
}

function groupOf({
  id,
  filter,
  per_second,
  status,
  replayed,
  failed,
  reason,
  started_by,
  started_at,
  ended_at,
  lost,
}: z.output<typeof row>): GroupReplay {
  const why = lost ? 'its host is gone; what it had not reached is still parked' : reason;
  return {
    id,
    filter,
    perSecond: per_second,
    status: lost ? 'stopped' : status,
    replayed,
    ...(failed === null ? {} : { failed }),
    ...(why === null ? {} : { reason: why }),
    by: started_by,
    startedAt: started_at.toISOString(),
    ...(ended_at === null ? {} : { endedAt: ended_at.toISOString() }),
  };
}
