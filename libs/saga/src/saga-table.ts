import type { UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import { quotedSchemaOf } from './quoted-schema.js';
import type { SagaKey, SagaRow, Transition } from './progress.js';
import type { LeaseTerms } from './saga-lease.js';
import { json, milliseconds } from './saga-sql.js';

/** A saga that begins: everything but what the table fills in itself. */
export type NewSaga = Pick<SagaRow, 'name' | 'id' | 'version' | 'state' | 'step' | 'principal'> & {
  readonly correlationId: string;
  readonly deadlineMs: number | undefined;
};

const saved = z.object({ revision: z.int(), remaining_ms: z.number().nullable() });

/** Writes the sagas of one context, in its own schema. Every save is one statement that names claim and revision it follows. */
export class SagaTable {
  private readonly schema: string;

  constructor(
    context: string,
    private readonly unit: Pick<UnitOfWork, 'run' | 'query' | 'execute'>,
    private readonly terms: LeaseTerms,
  ) {
    this.schema = quotedSchemaOf(context);
  }

  /**
   * Inserts a saga, due at once, in the open unit; nothing happens when it is there already. With `held` its lease is
   * this host's, else anybody's. Throws NoOpenUnitError.
   */
  async insert({ name, id, version, state, step, principal, correlationId, deadlineMs }: NewSaga, held: boolean): Promise<boolean> {
    const { holder, leaseMs } = this.terms;
    const inserted = await this.unit.execute(
      `WITH begun AS (
         INSERT INTO ${this.schema}.saga (name, id, version, state, step, principal, correlation_id, deadline_at, holder, token, leased_until)
         VALUES ($1, $2, $3, $4::jsonb, $5, $6::jsonb, $7, clock_timestamp() + ${milliseconds('$8')},
           $9::text, CASE WHEN $9::text IS NULL THEN 0 ELSE 1 END, CASE WHEN $9::text IS NOT NULL THEN clock_timestamp() + ${milliseconds('$10')} END)
         ON CONFLICT (name, id) DO NOTHING RETURNING name, id, revision)
       INSERT INTO ${this.schema}.saga_transition (name, id, seq, what) SELECT name, id, revision, 'begun' FROM begun`,
      [name, id, version, json(state), step, json(principal), correlationId, deadlineMs ?? null, held ? holder : null, leaseMs],
    );
    return inserted > 0;
  }

  /**
   * Saves a transition, made by version `version` of the definition, in a unit of its own. With `hold` the lease is
   * extended, else given back. Returns the row as saved, or undefined when it is no longer the one that was claimed:
   * another host has taken it over, or an operator has stepped in.
   */
  save(row: SagaRow, transition: Transition, version: number, hold: boolean): Promise<SagaRow | undefined> {
    const { next, entry, pauseMs, deadlineOver = false } = transition;
    const troubled = next.status === 'needs-attention' ? next : row;
    const newest = Math.max(version, row.version);
    return this.unit.run(async () => {
      const [found] = await this.unit.query(
        saved,
        `WITH moved AS (
           UPDATE ${this.schema}.saga SET status = $5, state = $6::jsonb, step = $7, done = $8::jsonb, cause = $9::jsonb, attempts = $10,
             refusals = $11, trouble = $12::jsonb, version = $13, defects = $21, revision = revision + 1, updated_at = now(),
             due_at = CASE WHEN $14::float8 = 0 THEN due_at
               ELSE least(now() + ${milliseconds('$14')}, CASE WHEN $5 = 'running' THEN deadline_at END) END,
             deadline_at = CASE WHEN $15::boolean THEN NULL ELSE deadline_at END,
             holder = CASE WHEN $16::boolean THEN holder END,
             leased_until = CASE WHEN $16::boolean THEN clock_timestamp() + ${milliseconds('$17')} END
           WHERE name = $1 AND id = $2 AND token = $3 AND revision = $4
           RETURNING name, id, revision, (extract(epoch FROM deadline_at - clock_timestamp()) * 1000)::float8 AS remaining_ms),
         kept AS (
           INSERT INTO ${this.schema}.saga_transition (name, id, seq, what, attempts, trouble)
           SELECT name, id, revision, $18::text, $19::integer, $20::jsonb FROM moved WHERE $18::text IS NOT NULL)
         SELECT revision, remaining_ms FROM moved`,
        [row.name, row.id, row.token, row.revision, next.status, json(next.state), next.step, json(next.done), json(next.cause), next.attempts,
          next.refusals, json(next.trouble), newest, pauseMs, deadlineOver, hold, this.terms.leaseMs, entry ?? null, troubled.attempts, json(troubled.trouble), next.defects],
      );
      return found === undefined ? undefined : { ...row, ...next, ...found, version: newest };
    });
  }

  /** Gives back a saga that could not be moved, due later, without changing where it is. Nothing happens when it is another's by now. */
  async putOff({ name, id, token }: SagaKey & Pick<SagaRow, 'token'>, pauseMs: number): Promise<void> {
    const sql = `UPDATE ${this.schema}.saga SET due_at = now() + ${milliseconds('$4')}, holder = NULL, leased_until = NULL
                 WHERE name = $1 AND id = $2 AND token = $3`;
    await this.unit.run(() => this.unit.execute(sql, [name, id, token, pauseMs]));
  }
}
