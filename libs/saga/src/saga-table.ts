import type { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import { quotedSchemaOf } from './quoted-schema.js';
import { sagaRow, type SagaRow, type Transition } from './progress.js';

export interface SagaKey {
  readonly name: string;
  readonly id: string;
}

/** A saga that begins: everything but what the table fills in itself. */
export type NewSaga = Pick<SagaRow, 'name' | 'id' | 'version' | 'state' | 'step' | 'principal'> & { readonly correlationId: string };

const COLUMNS = 'name, id, version, revision, status, state, step, done, cause, attempts, refusals, trouble, principal, correlation_id';
const MOVING = `status IN ('running', 'compensating')`;
const NOT_AMONG = '(name, id) NOT IN (SELECT * FROM unnest($2::text[], $3::text[]))';

const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

/** The sagas of one context, in its own schema. Every save is one statement that names the revision it follows. */
export class SagaTable {
  private readonly schema: string;

  constructor(
    context: string,
    private readonly unit: UnitOfWork,
    private readonly database: ContextDatabase,
  ) {
    this.schema = quotedSchemaOf(context);
  }

  /** Inserts a saga, due at once, in the open unit; nothing happens when it is there already. Throws NoOpenUnitError. */
  async insert({ name, id, version, state, step, principal, correlationId }: NewSaga): Promise<boolean> {
    const inserted = await this.unit.execute(
      `WITH begun AS (
         INSERT INTO ${this.schema}.saga (name, id, version, state, step, principal, correlation_id)
         VALUES ($1, $2, $3, $4::jsonb, $5, $6::jsonb, $7)
         ON CONFLICT (name, id) DO NOTHING RETURNING name, id, revision)
       INSERT INTO ${this.schema}.saga_transition (name, id, seq, what) SELECT name, id, revision, 'begun' FROM begun`,
      [name, id, version, json(state), step, json(principal), correlationId],
    );
    return inserted > 0;
  }

  /**
   * Saves a transition in a unit of its own. Returns the row as saved, or undefined when the saga is no longer at the
   * revision of `row`: somebody else has moved it.
   */
  save(row: SagaRow, { next, entry, pauseMs }: Transition): Promise<SagaRow | undefined> {
    return this.unit.run(async () => {
      const saved = await this.unit.query(
        z.object({ revision: z.int() }),
        `WITH moved AS (
           UPDATE ${this.schema}.saga SET status = $4, state = $5::jsonb, step = $6, done = $7::jsonb, cause = $8::jsonb, attempts = $9,
             refusals = $10, trouble = $11::jsonb, revision = revision + 1, updated_at = now(), due_at = now() + $12::float8 * interval '1 ms'
           WHERE name = $1 AND id = $2 AND revision = $3 RETURNING name, id, revision),
         kept AS (
           INSERT INTO ${this.schema}.saga_transition (name, id, seq, what)
           SELECT name, id, revision, $13::text FROM moved WHERE $13::text IS NOT NULL)
         SELECT revision FROM moved`,
        [row.name, row.id, row.revision, next.status, json(next.state), next.step, json(next.done), json(next.cause), next.attempts,
          next.refusals, json(next.trouble), pauseMs, entry ?? null],
      );
      const revision = saved[0]?.revision;
      return revision === undefined ? undefined : { ...row, ...next, revision };
    });
  }

  /** Puts off a saga that could not be moved, without changing where it is. */
  async defer({ name, id }: SagaKey, pauseMs: number): Promise<void> {
    const sql = `UPDATE ${this.schema}.saga SET due_at = now() + $3::float8 * interval '1 ms' WHERE name = $1 AND id = $2`;
    await this.unit.run(() => this.unit.execute(sql, [name, id, pauseMs]));
  }

  async find({ name, id }: SagaKey): Promise<SagaRow | undefined> {
    const found = await this.database.query(sagaRow, `SELECT ${COLUMNS} FROM ${this.schema}.saga WHERE name = $1 AND id = $2`, [name, id]);
    return found[0];
  }

  /** Sagas of these names that are due, longest due first, without those that are being moved. */
  due(names: readonly string[], moving: readonly SagaKey[], limit: number): Promise<SagaRow[]> {
    return this.database.query(
      sagaRow,
      `SELECT ${COLUMNS} FROM ${this.schema}.saga WHERE ${MOVING} AND due_at <= now() AND name = ANY($1::text[]) AND ${NOT_AMONG}
       ORDER BY due_at, id LIMIT $4`,
      [names, ...columnsOf(moving), limit],
    );
  }

  /** Milliseconds until the next saga is due, by the database's clock; undefined when none waits. */
  async untilNextDue(names: readonly string[], moving: readonly SagaKey[]): Promise<number | undefined> {
    const next = await this.database.query(
      z.object({ ms: z.number().nullable() }),
      `SELECT (extract(epoch FROM min(due_at) - clock_timestamp()) * 1000)::float8 AS ms FROM ${this.schema}.saga
       WHERE ${MOVING} AND name = ANY($1::text[]) AND ${NOT_AMONG}`,
      [names, ...columnsOf(moving)],
    );
    return next[0]?.ms ?? undefined;
  }

  /** Unfinished sagas of names that nobody here declares, by name. */
  orphans(names: readonly string[]): Promise<{ name: string; count: number }[]> {
    return this.database.query(
      z.object({ name: z.string(), count: z.coerce.number() }),
      `SELECT name, count(*) AS count FROM ${this.schema}.saga WHERE ${MOVING} AND NOT name = ANY($1::text[]) GROUP BY name ORDER BY name LIMIT 100`,
      [names],
    );
  }
}

const columnsOf = (keys: readonly SagaKey[]): [string[], string[]] => [keys.map(({ name }) => name), keys.map(({ id }) => id)];
