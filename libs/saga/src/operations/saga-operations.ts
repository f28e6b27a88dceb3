import { quoted } from '@isolith/postgres/internal';
import { Failure } from '@isolith/contracts';
import type { UnitOfWork } from '@isolith/journal';
import { z } from 'zod';
import type { SagaEngine } from '../engine/saga-engine.js';
import { SagaNotFound } from '../engine/saga-failures.js';
import { sagaRow, type SagaRow, type SagaStatusName } from '../instance/progress.js';
import { inAct } from '../instance/saga-span.js';
import type { SagaLog } from '../instance/saga-log.js';
import { json, SAGA_COLUMNS } from '../store/saga-sql.js';
import { operated, type Act, type Operated } from './operated.js';

/** Who steps in and why; the timeline keeps both. */
export interface SagaOperator {
  /** The user's id. */
  readonly operator: string;
  /** 1 to 500 characters, no personal data. */
  readonly reason: string;
}

const by = z.object({ operator: z.string().min(1).max(200), reason: z.string().trim().min(1).max(500) });

const lockedRow = sagaRow.extend({ held: z.boolean() });

/**
 * What a person does to a saga of one context. Each is one unit of work: change and timeline entry together. The token
 * is raised with it, so that a host that was at the saga before writes nothing more. Resolves with the status after it.
 *
 * Throws SagaNotFound, SagaNotWaiting; a ZodError when `operator` or `reason` is empty or too long.
 */
export class SagaOperations {
  private readonly schema: string;

  constructor(
    schema: string,
    private readonly unit: Pick<UnitOfWork, 'run' | 'query' | 'execute' | 'onEnd'>,
    private readonly engine: Pick<SagaEngine, 'planFor' | 'wake'>,
    private readonly log: Pick<SagaLog, 'error'>,
  ) {
    this.schema = quoted(schema);
  }

  /**
   * Goes on from where it is, at once, with all attempts before it again: a saga that needs attention, or one that
   * waits for its next attempt.
   */
  retry(name: string, id: string, operator: SagaOperator): Promise<SagaStatusName> {
    return this.change(name, id, operator, 'retry');
  }

  /**
   * Of a saga that needs attention, or that waits for a time or an event: what is due counts as done, undone or told,
   * and it goes on with what follows. The state lacks what the reply would have added. Throws SagaNotSkippable when
   * what is due can't be told, or when the `when` of a step that follows fails with that state.
   */
  skip(name: string, id: string, operator: SagaOperator): Promise<SagaStatusName> {
    return this.change(name, id, operator, 'skip');
  }

  /**
   * Turns a saga back that runs, or that needs attention and ran before: what was done is undone, and what is due as
   * well, since it may have been sent. Also one that is being moved: its host writes nothing more. The cause is
   * `turned-back`. Throws SagaNotCompensable at the pivot and behind it, and when it has turned back or ended.
   */
  compensate(name: string, id: string, operator: SagaOperator): Promise<SagaStatusName> {
    return this.change(name, id, operator, 'turn back');
  }

  /**
   * Of a saga that needs attention, or that rests since this host does not have its version: a person has ended it by
   * hand. It is `taken-over` for good; nothing more is sent.
   */
  takeOver(name: string, id: string, operator: SagaOperator): Promise<SagaStatusName> {
    return this.change(name, id, operator, 'take over');
  }

  private decided(act: Act, row: SagaRow, held: boolean): Operated {
    try {
      return operated(act, { row, held, plan: this.engine.planFor(row) });
    } catch (refusal) {
      const err = refusal instanceof Failure ? refusal.cause : undefined;
      const { name, id, version } = row;
      if (err !== undefined)
        this.log.error({ message: `the code of saga ${name} failed`, saga: name, id, version, act, err });
      throw refusal;
    }
  }

  private async change(name: string, id: string, operator: SagaOperator, act: Act): Promise<SagaStatusName> {
    const who = by.parse(operator);
    return this.unit.run(async () => {
      // Locked to the end of the unit: no claim and no save comes between the look and the change.
      const [row] = await this.unit.query(
        lockedRow,
        `SELECT ${SAGA_COLUMNS}, s.holder IS NOT NULL AND s.leased_until > clock_timestamp() AS held
         FROM ${this.schema}.saga s WHERE s.name = $1 AND s.id = $2 FOR UPDATE`,
        [name, id],
      );
      if (row === undefined) throw new SagaNotFound({ name, id });
      const { next, entry, version } = this.decided(act, row, row.held);
      await inAct(row, act, () =>
        this.unit.execute(
          `WITH changed AS (
           UPDATE ${this.schema}.saga SET status = $3, state = $4::jsonb, step = $5, done = $6::jsonb, attempts = $7, refusals = $8, trouble = $9::jsonb, defects = $15, cause = $16::jsonb, version = $17,
             wait = $18::jsonb, wait_until = CASE WHEN $18::jsonb IS NOT NULL THEN wait_until END, waiting_since = CASE WHEN $18::jsonb IS NOT NULL THEN waiting_since END,
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
            json(next.cause),
            version,
            json(next.wait),
          ],
        ),
      );
      this.unit.onEnd((committed) => {
        if (committed) this.engine.wake();
      });
      return next.status;
    });
  }
}
