import { OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import { prepared } from '@isolith/postgres/internal';
import type { UnitOfWork } from '@isolith/journal';
import type { SingleStatements } from '@isolith/journal/internal';
import { z } from 'zod';
import { Batches } from './batches.js';
import { sagaRow, type SagaRow, type Transition } from '../instance/progress.js';
import { json, milliseconds, timesOf } from './saga-sql.js';

/**
 * A transition, made by version `version` of the definition from `row`. With `hold` the lease is extended, else given
 * back.
 */
export interface Save {
  readonly row: SagaRow;
  readonly transition: Transition;
  readonly version: number;
  readonly hold: boolean;
}

const saved = z.object({
  nth: z.int(),
  revision: z.int(),
  ...sagaRow.pick({ remaining_ms: true, wait_ms: true, waited_ms: true }).shape,
});
/** What the table adds to a saved saga; nothing when the row was not there to be saved. */
export type Saved = Omit<z.output<typeof saved>, 'nth'>;

/** What a save writes and names, with its types. */
const COLUMNS = {
  nth: 'integer',
  name: 'text',
  id: 'text',
  token: 'integer',
  revision: 'integer',
  status: 'text',
  state: 'jsonb',
  step: 'text',
  done: 'jsonb',
  cause: 'jsonb',
  attempts: 'integer',
  defects: 'integer',
  refusals: 'integer',
  trouble: 'jsonb',
  wait: 'jsonb',
  heard: 'jsonb',
  wait_for: 'float8',
  wait_at: 'timestamptz',
  version: 'integer',
  pause: 'float8',
  late: 'boolean',
  hold: 'boolean',
  lease_ms: 'float8',
  entry: 'text',
  tried: 'integer',
  tried_trouble: 'jsonb',
} as const;
type Columns = Readonly<Record<keyof typeof COLUMNS, unknown>>;
const NAMES = Object.keys(COLUMNS) as readonly (keyof typeof COLUMNS)[];

/**
 * While one commit is on its way to the disk, the next collects what is saved meanwhile. Two at once were no faster.
 */
const BATCHES = { atOnce: 1, most: 64 };

/**
 * Saves the transitions of one context's sagas. Each is one save of one saga, whoever it shares its statement with: it
 * names the claim and the revision that it follows, and is told by itself what became of it.
 *
 *   alone --one statement--> saved, or not there
 *   with others --one statement and commit for all--> saved
 *       |--its row is locked by somebody, or not there--> alone
 *       '--the statement was refused, and nothing of it was done--> each alone
 *
 * Nobody waits for a row inside a shared statement: an operator's open unit, or a claim, holds up only the saga that it
 * is about. So two such statements can't wait for each other either.
 */
export class SagaSaves {
  private readonly batches: Batches<Save, Saved | null>;
  private readonly one;
  private readonly many;

  constructor(
    schema: string,
    private readonly statements: Pick<SingleStatements, 'run'>,
    private readonly leaseMs: number,
  ) {
    this.batches = new Batches((saves) => this.write(saves), BATCHES);
    this.one = prepared(
      `WITH ${written(schema, `(SELECT ${NAMES.map((name, index) => `$${index + 1}::${COLUMNS[name]} AS ${name}`).join(', ')}) AS save`)}`,
    );
    // A plan that a session keeps must suit the table when it has grown. For each row by itself, so that it is found by
    // its key however small the table was when it was planned: a join was a scan of all of it until the next ANALYZE.
    this.many =
      prepared(`WITH save AS MATERIALIZED (SELECT * FROM json_to_recordset($1::json) AS save (${NAMES.map((name) => `${name} ${COLUMNS[name]}`).join(', ')})),
        free AS MATERIALIZED (
          SELECT held.free_name, held.free_id FROM save CROSS JOIN LATERAL (
            SELECT s.name AS free_name, s.id AS free_id FROM ${schema}.saga s
            WHERE s.name = save.name AND s.id = save.id AND s.token = save.token AND s.revision = save.revision
            LIMIT 1 FOR NO KEY UPDATE OF s SKIP LOCKED) AS held),
        ${written(schema, 'save JOIN free ON free_name = save.name AND free_id = save.id')}`);
  }

  /** Resolves with null when the saga is not the one that was claimed any more. */
  save(save: Save): Promise<Saved | null> {
    return this.batches.ask(save);
  }

  /** In the open unit, with whatever else is done in it. */
  async saveInUnit(save: Save, unit: Pick<UnitOfWork, 'query'>): Promise<Saved | null> {
    const [found] = await unit.query(saved, this.one.text, this.valuesOf(save));
    return found ?? null;
  }

  private async write(saves: readonly Save[]): Promise<readonly (Saved | null | Promise<Saved | null>)[]> {
    const [first] = saves;
    if (first !== undefined && saves.length === 1) return [await this.alone(first)];
    const found = await this.statements
      .run(saved, this.many, [JSON.stringify(saves.map((save, nth) => this.columns(save, nth)))])
      .catch((error: unknown) => {
        // Nobody knows, or all would meet the same.
        if (error instanceof OutcomeUnknownError || error instanceof OverloadedError) throw error;
        // One of them can't be written: it must not keep the others from it.
        return [];
      });
    const byNth = new Map(found.map(({ nth, ...rest }) => [nth, rest]));
    return saves.map((save, nth) => byNth.get(nth) ?? this.alone(save));
  }

  private async alone(save: Save): Promise<Saved | null> {
    const [found] = await this.statements.run(saved, this.one, this.valuesOf(save));
    return found ?? null;
  }

  private valuesOf(save: Save): readonly unknown[] {
    const row = this.columns(save, 0);
    return NAMES.map((name) => (COLUMNS[name] === 'jsonb' ? json(row[name]) : row[name]));
  }

  private columns(
    {
      row: { name, id, token, revision, ...before },
      transition: { next, entry, pauseMs, deadlineOver, waitEnd },
      version,
      hold,
    }: Save,
    nth: number,
  ): Columns {
    const { status, state, step, done, cause, attempts, defects, refusals, trouble, wait, heard } = next;
    const tried = status === 'needs-attention' ? next : before;
    return {
      nth,
      name,
      id,
      token,
      revision,
      status,
      state,
      step,
      done,
      cause,
      attempts,
      defects,
      refusals,
      trouble,
      wait,
      heard,
      wait_for: waitEnd !== undefined && 'forMs' in waitEnd ? waitEnd.forMs : null,
      wait_at: waitEnd !== undefined && 'until' in waitEnd ? waitEnd.until.toISOString() : null,
      version,
      pause: pauseMs,
      late: deadlineOver === true,
      hold,
      lease_ms: this.leaseMs,
      entry: entry ?? null,
      tried: tried.attempts,
      tried_trouble: tried.trouble,
    };
  }
}

/** The saga's row and its timeline, from the columns of `save` that `source` yields. */
const written = (schema: string, source: string): string => `moved AS (
    UPDATE ${schema}.saga s SET status = save.status, state = save.state, step = save.step, done = save.done, cause = save.cause, attempts = save.attempts,
      defects = save.defects, refusals = save.refusals, trouble = save.trouble, wait = save.wait, heard = save.heard, version = save.version, revision = s.revision + 1, updated_at = now(),
      due_at = CASE WHEN save.pause = 0 THEN s.due_at
        ELSE least(now() + ${milliseconds('save.pause')}, save.wait_at, CASE WHEN save.status = 'running' THEN s.deadline_at END) END,
      waiting_since = CASE WHEN save.wait IS NULL THEN NULL WHEN save.wait_for IS NULL AND save.wait_at IS NULL THEN s.waiting_since ELSE now() END,
      wait_until = CASE WHEN save.wait IS NOT NULL THEN coalesce(save.wait_at, now() + ${milliseconds('save.wait_for')}, s.wait_until) END,
      deadline_at = CASE WHEN NOT save.late THEN s.deadline_at END,
      holder = CASE WHEN save.hold THEN s.holder END,
      leased_until = CASE WHEN save.hold THEN clock_timestamp() + ${milliseconds('save.lease_ms')} END
    FROM ${source}
    WHERE s.name = save.name AND s.id = save.id AND s.token = save.token AND s.revision = save.revision
    RETURNING save.nth, s.name, s.id, s.revision, save.entry, save.tried, save.tried_trouble,
      ${timesOf()}),
  kept AS (
    INSERT INTO ${schema}.saga_transition (name, id, seq, what, attempts, trouble)
    SELECT name, id, revision, entry, tried, tried_trouble FROM moved WHERE entry IS NOT NULL)
  SELECT nth, revision, remaining_ms, wait_ms, waited_ms FROM moved`;
