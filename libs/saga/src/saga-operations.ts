import type { UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import { nextAction } from './next-action.js';
import { isMoving, sagaRow, type Progress, type SagaRow, type SagaStatusName, type Transition } from './progress.js';
import { quotedSchemaOf } from './quoted-schema.js';
import type { SagaEngine } from './saga-engine.js';
import { SagaNotFound, SagaNotSkippable, SagaNotWaiting } from './saga-failures.js';
import { json, SAGA_COLUMNS } from './saga-sql.js';
import { skipped } from './transitions.js';

/** Who steps in and why; the timeline keeps both. */
export interface SagaOperator {
  /** The user's id. */
  readonly operator: string;
  /** 1 to 500 characters, no personal data. */
  readonly reason: string;
}

const by = z.object({ operator: z.string().min(1).max(200), reason: z.string().trim().min(1).max(500) });

const lockedRow = sagaRow.extend({ waiting: z.boolean() });
type LockedRow = Readonly<z.output<typeof lockedRow>>;

/**
 * What a person does to a saga of one context. Each is one unit of work: change and timeline entry together. The token
 * is raised with it, so that a host that was at the saga before writes nothing more. Resolves with the status after it.
 *
 * Throws SagaNotFound, SagaNotWaiting; a ZodError when `operator` or `reason` is empty or too long.
 */
export class SagaOperations {
  private readonly schema: string;

  constructor(
    context: string,
    private readonly unit: Pick<UnitOfWork, 'run' | 'query' | 'execute' | 'onEnd'>,
    private readonly engine: Pick<SagaEngine, 'plan' | 'wake'>,
  ) {
    this.schema = quotedSchemaOf(context);
  }

  /**
   * Goes on from where it is, at once, with all attempts before it again: a saga that needs attention, or one that
   * waits for its next attempt.
   */
  retry(name: string, id: string, operator: SagaOperator): Promise<SagaStatusName> {
    return this.change(name, id, operator, (row) => {
      if (row.status !== 'needs-attention' && !row.waiting)
        throw new SagaNotWaiting({ status: isMoving(row) ? `${row.status}, and being moved` : row.status });
      // What was refused is the answer to its command id for good: the count of refusals stays, so the next id is new.
      return { next: { ...resumed(row), attempts: 0, defects: 0, trouble: null }, entry: 'retried' };
    });
  }

  /**
   * Of a saga that needs attention: what is due counts as done, undone or told, and it goes on with what follows. The
   * state lacks what the reply would have added. Throws SagaNotSkippable when what is due can't be told.
   */
  skip(name: string, id: string, operator: SagaOperator): Promise<SagaStatusName> {
    return this.change(name, id, operator, (row) => {
      requireAttention(row);
      const plan = this.engine.plan(name);
      if (plan === undefined) throw new SagaNotSkippable({ why: `no saga ${name} is declared here` });
      if (row.version > plan.version)
        throw new SagaNotSkippable({ why: `version ${row.version} has moved it, this host has ${plan.version}` });
      const due = resumed(row);
      const action = nextAction(plan, due);
      if (action.do === 'give-up') throw new SagaNotSkippable({ why: action.trouble.detail });
      if (action.do === 'turn-back' || action.do === 'go-on-late')
        throw new Error('without a deadline nothing is late');
      return skipped(plan, due, action);
    });
  }

  /** Of a saga that needs attention: a person has ended it by hand. It is `taken-over` for good; nothing more is sent. */
  takeOver(name: string, id: string, operator: SagaOperator): Promise<SagaStatusName> {
    return this.change(name, id, operator, (row) => {
      requireAttention(row);
      return { next: { ...row, status: 'taken-over' }, entry: 'taken over' };
    });
  }

  private async change(
    name: string,
    id: string,
    operator: SagaOperator,
    decide: (row: LockedRow) => Pick<Transition, 'next' | 'entry'>,
  ): Promise<SagaStatusName> {
    const who = by.parse(operator);
    return this.unit.run(async () => {
      // Locked to the end of the unit: no claim and no save comes between the look and the change.
      const [row] = await this.unit.query(
        lockedRow,
        `SELECT ${SAGA_COLUMNS}, s.status IN ('running', 'compensating') AND (s.holder IS NULL OR s.leased_until <= clock_timestamp()) AS waiting
         FROM ${this.schema}.saga s WHERE s.name = $1 AND s.id = $2 FOR UPDATE`,
        [name, id],
      );
      if (row === undefined) throw new SagaNotFound({ name, id });
      const { next, entry } = decide(row);
      await this.unit.execute(
        `WITH changed AS (
           UPDATE ${this.schema}.saga SET status = $3, state = $4::jsonb, step = $5, done = $6::jsonb, attempts = $7, refusals = $8, trouble = $9::jsonb, defects = $15,
             token = token + 1, revision = revision + 1, holder = NULL, leased_until = NULL, due_at = now(), updated_at = now()
           WHERE name = $1 AND id = $2 RETURNING name, id, revision)
         INSERT INTO ${this.schema}.saga_transition (name, id, seq, what, attempts, trouble, operator, reason)
         SELECT name, id, revision, $10, $11, $12::jsonb, $13, $14 FROM changed`,
        [
          name,
          id,
          next.status,
          json(next.state),
          next.step,
          json(next.done),
          next.attempts,
          next.refusals,
          json(next.trouble),
          entry,
          row.attempts,
          json(row.trouble),
          who.operator,
          who.reason,
          next.defects,
        ],
      );
      this.unit.onEnd((committed) => {
        if (committed) this.engine.wake();
      });
      return next.status;
    });
  }
}

/** Where it was before it came to rest: a saga that turned back has a cause. */
const resumed = (row: SagaRow): Progress => ({ ...row, status: row.cause === null ? 'running' : 'compensating' });

function requireAttention({ status }: Progress): void {
  if (status !== 'needs-attention') throw new SagaNotWaiting({ status });
}
