import { z } from 'zod';
import { onConnection, prepared, quoted, type BoundStatement } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';

/** What a person did to a context past its contract. Subject and result are JSON. */
export interface OperatorAction {
  /** The user's id. */
  readonly by: string;
  readonly action: string;
  readonly subject: unknown;
  readonly result: unknown;
}

/** What an operator did, as the audit of a context has it. It is never deleted. */
export interface RecordedAction extends OperatorAction {
  readonly id: string;
  /** RFC 3339. */
  readonly at: string;
}

const row = z.object({
  position: z.coerce.string(),
  by: z.string(),
  action: z.string(),
  subject: z.unknown(),
  result: z.unknown(),
  at: z.date(),
});
const POSITION = /^\d{1,18}$/;

/** The audit of one context: rows are added, in the transaction of the action where it has one, and never changed. */
export class OperatorActions {
  private readonly insert: string;
  private readonly select: string;

  constructor(private readonly journal: ContextJournal) {
    const table = `${quoted(journal.schema)}.operator_action`;
    this.insert = `INSERT INTO ${table} (by, action, subject, result) VALUES ($1, $2, $3::jsonb, $4::jsonb)`;
    this.select = `SELECT position, by, action, subject, result, at FROM ${table} WHERE ($2::bigint IS NULL OR position < $2) ORDER BY position DESC LIMIT $1`;
  }

  async record(action: OperatorAction): Promise<void> {
    const statement = this.recording(action);
    await onConnection(await this.journal.dataSource(), (client) => client.query(statement));
  }

  /** The statement that records it, for a transaction. */
  recording({ by, action, subject, result }: OperatorAction): BoundStatement {
    return { ...prepared(this.insert), values: [by, action, JSON.stringify(subject), JSON.stringify(result)] };
  }

  /** The newest first; `before` is the id of the last one that was seen. Throws a RangeError for what is no id. */
  async recent(limit: number, before?: string): Promise<readonly RecordedAction[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 100)
      throw new RangeError(`limit must be 1 to 100, not ${limit}`);
    if (before !== undefined && !POSITION.test(before)) throw new RangeError('before must be the id of an action');
    const { rows } = await onConnection(await this.journal.dataSource(), (client) =>
      client.query<unknown>({ text: this.select, values: [limit, before ?? null] }),
    );
    return rows.map((found) => {
      const { position, at, ...action } = row.parse(found);
      return { id: position, ...action, at: at.toISOString() };
    });
  }
}
