import { quoted } from '@isolith/postgres/internal';
import { randomUUID } from 'node:crypto';
import type { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import { moment } from '../store/run-rows.js';
import type { CallApproval } from './call-approvals.js';
import { MOST_OPEN, type OpenCall } from './call-approval-messages.js';

/** For how long an approval may be given, and used. Shorter than what an inbox keeps: a repetition finds its reply. */
const OPEN_HOURS = 24;
/** For how long one that is over is kept, to be looked up. */
const KEPT_DAYS = 90;

/** A call as it is kept. */
export interface AskedCall extends Omit<OpenCall, 'id' | 'askedAt' | 'until' | 'previewJson'> {
  readonly owner: string;
  readonly session: string;
  readonly digest: string;
  readonly isKeyed: boolean;
  readonly previewJson: string | undefined;
}

const approvalRow = z.object({
  id: z.string(),
  status: z.enum(['open', 'approved', 'refused', 'used']),
  until: z.string(),
});
const idRow = z.object({ id: z.string() });
const openNow = z.object({ open: z.boolean() });
const countRow = z.object({ open: z.int() });
const openRow = z
  .object({
    id: z.string(),
    tool: z.string(),
    title: z.string(),
    input: z.string(),
    why: z.string(),
    preview: z.string().nullable(),
    asked_at: z.string(),
    until: z.string(),
  })
  .transform(({ input, preview, asked_at, ...row }): OpenCall => ({
    ...row,
    inputJson: input,
    askedAt: asked_at,
    ...(preview === null ? {} : { previewJson: preview }),
  }));

/**
 * Approvals of calls, as rows. By the database's clock, before `until`:
 *
 *   open --its owner agrees--> approved --the call is made--> used
 *    '---its owner does not--> refused
 *
 * Each arrow is taken once: the statement that takes it names where it comes from. Afterwards none is.
 */
export class CallApprovalRows {
  readonly #table: string;
  readonly #schema: string;

  constructor(
    schema: string,
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {
    this.#schema = schema;
    this.#table = `${quoted(schema)}.agent_call_approval`;
  }

  /** In an open unit. Undefined where as many calls of this owner wait as may. */
  async ask(call: AskedCall): Promise<CallApproval | undefined> {
    const { owner, session, tool, title, inputJson, digest, isKeyed, why, previewJson } = call;
    // Until the unit ends nobody else asks for this owner: what is not found is not there, and what is counted holds.
    await this.unit.execute('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `${this.#schema} calls to approve of ${owner}`,
    ]);
    const [known] = await this.unit.query(
      approvalRow,
      `SELECT id, status, ${moment('until')} AS until FROM ${this.#table}
       WHERE owner = $1 AND digest = $2 AND until > clock_timestamp() AND (status <> 'used' OR $3::boolean)
       ORDER BY asked_at DESC LIMIT 1`,
      [owner, digest, isKeyed],
    );
    if (known !== undefined) {
      this.unit.write(
        `UPDATE ${this.#table} SET asked_in = asked_in || $2::text WHERE id = $1 AND NOT ($2 = ANY(asked_in))`,
        [known.id, session],
      );
      return known;
    }
    const [counted] = await this.unit.query(
      countRow,
      `SELECT count(*)::int AS open FROM ${this.#table}
       WHERE owner = $1 AND status = 'open' AND until > clock_timestamp()`,
      [owner],
    );
    if ((counted?.open ?? MOST_OPEN) >= MOST_OPEN) return undefined;
    this.unit.write(
      `DELETE FROM ${this.#table} WHERE owner = $1 AND until < clock_timestamp() - interval '${KEPT_DAYS} days'`,
      [owner],
    );
    const [asked] = await this.unit.query(
      approvalRow,
      `INSERT INTO ${this.#table} (id, owner, tool, title, input, digest, why, preview, asked_in, until)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, ARRAY[$9::text], clock_timestamp() + interval '${OPEN_HOURS} hours')
       RETURNING id, status, ${moment('until')} AS until`,
      [randomUUID(), owner, tool, title, inputJson, digest, why, previewJson ?? null, session],
    );
    return asked;
  }

  /** In an open unit. Whether it was approved, and is used from now on. */
  async take(id: string, owner: string): Promise<boolean> {
    const taken = await this.unit.query(
      idRow,
      `UPDATE ${this.#table} SET status = 'used', used_at = clock_timestamp()
       WHERE id = $1 AND owner = $2 AND status = 'approved' AND until > clock_timestamp() RETURNING id`,
      [id, owner],
    );
    return taken.length > 0;
  }

  /** In an open unit. `asked-here`: the session has asked for it itself. */
  async decide(
    id: string,
    owner: string,
    { approved, session }: { readonly approved: boolean; readonly session: string },
  ): Promise<'decided' | 'over' | 'not-found' | 'asked-here'> {
    const decided = await this.unit.query(
      idRow,
      `UPDATE ${this.#table} SET status = $3, decided_at = clock_timestamp()
       WHERE id = $1 AND owner = $2 AND status = 'open' AND until > clock_timestamp() AND NOT ($4 = ANY(asked_in))
       RETURNING id`,
      [id, owner, approved ? 'approved' : 'refused', session],
    );
    if (decided.length > 0) return 'decided';
    const [known] = await this.unit.query(
      openNow,
      `SELECT status = 'open' AND until > clock_timestamp() AS open FROM ${this.#table} WHERE id = $1 AND owner = $2`,
      [id, owner],
    );
    if (known === undefined) return 'not-found';
    return known.open ? 'asked-here' : 'over';
  }

  /** Those that can be decided on; there are MOST_OPEN at most. */
  open(owner: string): Promise<OpenCall[]> {
    return this.database.query(
      openRow,
      `SELECT id, tool, title, input, why, preview, ${moment('asked_at')} AS asked_at, ${moment('until')} AS until
       FROM ${this.#table} WHERE owner = $1 AND status = 'open' AND until > clock_timestamp() ORDER BY asked_at, id`,
      [owner],
    );
  }
}
