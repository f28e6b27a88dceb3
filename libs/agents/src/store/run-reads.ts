import { quoted } from '@isolith/postgres/internal';
import type { ContextDatabase } from '@isolith/journal';
import { z } from 'zod';
import { runEnd, type KeptEntry } from '../run/run-entry.js';
import type { AgentRuns, OpenApproval, RunView } from '../runs/agent-runs.js';
import { openApprovals } from './approvals.js';
import { ENTRY_COLUMNS, entryRow, moment } from './run-rows.js';

const viewRow = z.object({
  id: z.string(),
  agent: z.string(),
  owner: z.string(),
  status: z.enum(['moving', 'waiting', 'resting']),
  seq: z.int(),
  beganAt: z.string(),
  changedAt: z.string(),
  turns: z.int(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  money: z.number(),
  end: z.object({ why: runEnd, detail: z.string().optional() }).nullable(),
});

/** What people see of the runs of one context. */
export class RunReads {
  private readonly schema: string;
  private readonly columns: string;

  constructor(
    private readonly ownSchema: string,
    private readonly database: Pick<ContextDatabase, 'query'>,
    private readonly titleOf: (agent: string, tool: string) => string,
  ) {
    this.schema = quoted(ownSchema);
    this.columns = `r.id, r.agent, r.owner, r.status, r.seq, ${moment('r.began_at')} AS "beganAt", ${moment('r.changed_at')} AS "changedAt",
      r.turn AS turns, r.input_tokens::float8 AS "inputTokens", r.output_tokens::float8 AS "outputTokens", r.money::float8 AS money,
      CASE WHEN r.status = 'resting' THEN (
        SELECT e.data FROM ${this.schema}.agent_entry e WHERE e.run = r.id AND e.kind = 'ended' ORDER BY e.seq DESC LIMIT 1) END AS end`;
  }

  async view(id: string, owner: string): Promise<RunView | undefined> {
    const sql = `SELECT ${this.columns} FROM ${this.schema}.agent_run r WHERE r.id = $1 AND r.owner = $2`;
    const [view] = await this.withApprovals(await this.database.query(viewRow, sql, [id, owner]));
    return view;
  }

  async list(
    owner: string | undefined,
    { limit, before }: Parameters<AgentRuns['list']>[1],
  ): Promise<readonly RunView[]> {
    const sql = `SELECT ${this.columns} FROM ${this.schema}.agent_run r
      WHERE ($1::text IS NULL OR r.owner = $1) AND ($2::timestamptz IS NULL OR (r.began_at, r.id) < ($2::timestamptz, $3))
      ORDER BY r.began_at DESC, r.id DESC LIMIT $4`;
    const values = [owner ?? null, before?.at ?? null, before?.id ?? null, limit];
    return this.withApprovals(await this.database.query(viewRow, sql, values));
  }

  async entries(id: string, owner: string, after: number, limit: number): Promise<readonly KeptEntry[]> {
    const sql = `SELECT ${ENTRY_COLUMNS} FROM ${this.schema}.agent_entry e JOIN ${this.schema}.agent_run r ON r.id = e.run
      WHERE r.id = $1 AND r.owner = $2 AND e.seq > $3 ORDER BY e.seq LIMIT $4`;
    return this.database.query(entryRow, sql, [id, owner, after, limit]);
  }

  private async withApprovals(rows: readonly z.output<typeof viewRow>[]): Promise<RunView[]> {
    const waiting = rows.filter(({ status }) => status !== 'resting').map(({ id }) => id);
    const { row, sql } = openApprovals(this.ownSchema);
    const open = waiting.length === 0 ? [] : await this.database.query(row, sql, [waiting]);
    return rows.map(({ end, ...view }) => ({
      ...view,
      ...(end === null ? {} : { end: { why: end.why, ...(end.detail === undefined ? {} : { detail: end.detail }) } }),
      approvals: open
        .filter(({ run }) => run === view.id)
        .map(({ run: _, preview, ...approval }): OpenApproval => ({
          ...approval,
          title: this.titleOf(view.agent, approval.tool),
          ...(preview === null || preview === undefined ? {} : { preview }),
        })),
    }));
  }
}
