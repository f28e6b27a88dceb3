import { quoted } from '@isolith/postgres/internal';
import { createHash } from 'node:crypto';
import type { UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import type { OpenApproval } from '../runs/agent-runs.js';
import { milliseconds, moment } from './run-rows.js';

/** An approval that a call is to wait for. */
export interface NewApproval extends Pick<OpenApproval, 'id' | 'tool' | 'input' | 'why' | 'preview'> {
  readonly run: string;
  readonly turn: number;
  readonly index: number;
  readonly owner: string;
  /** As the model wrote it: what is called is what follows from this, as `input` does. */
  readonly written: unknown;
}

/** A call that an approval is taken for: the one that it was given for, or none. */
export type ApprovedCall = Pick<NewApproval, 'id' | 'run' | 'turn' | 'index' | 'written'>;

const idRow = z.object({ id: z.string() });
export const approvalStatus = z.enum(['open', 'approved', 'refused', 'used', 'lapsed']);
const statusRow = z.object({ turn: z.int(), index: z.int(), status: approvalStatus, over: z.boolean() });
export type ApprovalRow = z.output<typeof statusRow>;
const openRow = z.object({
  run: z.string(),
  id: z.string(),
  tool: z.string(),
  input: z.unknown(),
  why: z.string(),
  preview: z.unknown(),
  until: z.string(),
});
export type OpenApprovalRow = z.output<typeof openRow>;

/**
 * Approvals, in the open unit of whoever holds the run's row:
 *
 *   open --its owner agrees--> approved --the call begins--> used
 *    |--its owner does not--> refused
 *    '--nobody in time, or the run was stopped--> lapsed
 *
 * Each arrow is taken once: the statement that takes it names where it comes from.
 */
export class Approvals {
  private readonly table: string;

  constructor(
    schema: string,
    private readonly unit: Pick<UnitOfWork, 'query' | 'write'>,
  ) {
    this.table = `${quoted(schema)}.agent_approval`;
  }

  open(approval: NewApproval, forMs: number): void {
    const { id, run, turn, index, owner, tool, input, written, why, preview } = approval;
    this.unit.write(
      `INSERT INTO ${this.table} (id, run, turn, index, owner, tool, input, digest, why, preview, until)
       VALUES ($1, $2, $3, $4, $5, $6, $7::json, $8, $9, $10::json, clock_timestamp() + ${milliseconds('$11')})`,
      [id, run, turn, index, owner, tool, json(input), digestOf(written), why, json(preview), forMs],
    );
  }

  /** How an approval of this run and owner stands, which nobody changes before the unit ends. */
  async find(id: string, run: string, owner: string): Promise<ApprovalRow | undefined> {
    const [found] = await this.unit.query(
      statusRow,
      `SELECT turn, index, status, until <= clock_timestamp() AS over FROM ${this.table}
       WHERE id = $1 AND run = $2 AND owner = $3 FOR UPDATE`,
      [id, run, owner],
    );
    return found;
  }

  decide(id: string, approved: boolean, by: string): void {
    this.unit.write(
      `UPDATE ${this.table} SET status = $2, decided_by = $3, decided_at = clock_timestamp() WHERE id = $1 AND status = 'open'`,
      [id, approved ? 'approved' : 'refused', by],
    );
  }

  /**
   * Takes the approvals of calls that are about to begin. Returns the ids of those that were there, for this very call
   * and input; one that was taken for it before is, as when a former holder had begun it.
   */
  async take(calls: readonly ApprovedCall[]): Promise<ReadonlySet<string>> {
    const taken = await this.unit.query(
      idRow,
      `UPDATE ${this.table} a SET status = 'used'
       FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::text[]) AS c (id, run, turn, index, digest)
       WHERE a.id = c.id AND a.run = c.run AND a.turn = c.turn AND a.index = c.index AND a.digest = c.digest
         AND a.status IN ('approved', 'used') RETURNING a.id`,
      [
        calls.map(({ id }) => id),
        calls.map(({ run }) => run),
        calls.map(({ turn }) => turn),
        calls.map(({ index }) => index),
        calls.map(({ written }) => digestOf(written)),
      ],
    );
    return new Set(taken.map(({ id }) => id));
  }

  /** Nobody can give these any more, or what was given is not used any more. */
  lapse(ids: readonly string[]): void {
    if (ids.length === 0) return;
    this.unit.write(
      `UPDATE ${this.table} SET status = 'lapsed' WHERE id = ANY($1::text[]) AND status IN ('open', 'approved')`,
      [ids],
    );
  }
}

/** What can be decided on in these runs; for `ContextDatabase.query`. */
export const openApprovals = (schema: string): { readonly row: typeof openRow; readonly sql: string } => ({
  row: openRow,
  sql: `SELECT run, id, tool, input, why, preview, ${moment('until')} AS until FROM ${quoted(schema)}.agent_approval
        WHERE run = ANY($1::text[]) AND status = 'open' AND until > clock_timestamp() ORDER BY run, turn, index`,
});

/** Two inputs with one digest are the same, byte for byte as JSON. */
const digestOf = (input: unknown): string => createHash('sha256').update(JSON.stringify(input)).digest('hex');

const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
