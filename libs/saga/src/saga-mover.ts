import { nextAction } from './next-action.js';
import { perform } from './perform.js';
import { isMoving, type SagaKey, type SagaRow, type SagaStatusName, type Transition } from './progress.js';
import type { SagaPlan } from './saga.js';
import type { SagaLog } from './saga-log.js';
import type { SagaTable } from './saga-table.js';
import type { Execute } from './step.js';
import { decided, transition, type TransitionRules } from './transitions.js';

export interface MoverParts {
  readonly context: string;
  readonly table: Pick<SagaTable, 'save' | 'putOff'>;
  readonly execute: Execute;
  readonly log: SagaLog;
  readonly rules: TransitionRules;
  readonly plan: (name: string) => SagaPlan | undefined;
  /** False as soon as no further step may be taken. */
  readonly goesOn: () => boolean;
  /** The lease of this saga was just extended. */
  readonly extended: (row: SagaRow) => void;
  /** How long a saga waits that could not be moved, in milliseconds. */
  readonly putOffMs: number;
}

/** A saga that this host holds, as it is. */
export interface TakenSaga {
  readonly row: SagaRow;
  /** This host has begun it or brought it to its step, and holds it since: nobody can have sent anything for the step. */
  readonly unsent: boolean;
}

/** Why a saga is not being moved any more. */
export type SagaRest =
  | { readonly why: 'drained' | 'unreadable' }
  /** Nothing is due any more; or a person has to step in. */
  | { readonly why: 'ended'; readonly status: SagaStatusName }
  | { readonly why: 'paused'; readonly ms: number }
  /** Somebody else has claimed it, or an operator has stepped in. */
  | { readonly why: 'lost' };

/**
 * Moves one saga that this host holds, from save to save:
 *
 *   due --sent and answered, or decided without asking--> saved --more is due--> due
 *                                                          |--paused, ended, draining--> rest
 *                                                          '--not this host's any more--> rest, nothing written
 *
 * A stop of the process between any two of them leaves the saga to whoever claims it next. When this host then goes on
 * it may send once more what the other has sent, under the same id, and its save finds another token.
 *
 * Whether anything was sent for the step that is due:
 *
 *   begun here, or its step was reached by a save of this host --> unsent --sent--> perhaps sent
 *   claimed, or read again --> perhaps sent
 *   perhaps sent --saved with the same step: an attempt without an answer, a deadline that passed--> perhaps sent
 *                '--saved with another step--> unsent
 *
 * It is what this host last knew. While it was stopped another may have sent it, or have undone the step.
 */
export class SagaMover {
  constructor(private readonly parts: MoverParts) {}

  async move(taken: TakenSaga): Promise<SagaRest> {
    const { table, goesOn, log, putOffMs } = this.parts;
    let { row, unsent } = taken;
    try {
      while (isMoving(row)) {
        if (!goesOn()) {
          await table.putOff(row, 0);
          return { why: 'drained' };
        }
        const plan = this.planOf(row);
        const next = await this.next(plan, row, unsent);
        const stays = isMoving(next.next) && next.pauseMs === 0 && goesOn();
        const saved = await table.save(row, next, plan.version, stays);
        if (saved === undefined) return this.lost(row);
        if (stays) this.parts.extended(saved);
        this.report(saved, next);
        if (next.pauseMs > 0) return { why: 'paused', ms: next.pauseMs };
        unsent = saved.step !== row.step;
        row = saved;
      }
      return { why: 'ended', status: row.status };
    } catch (error) {
      log.error({ message: `saga ${row.name} could not be moved`, saga: row.name, id: row.id, err: error });
      // Out of the way of the others; when even that fails it is the database, and all wait.
      return table.putOff(row, putOffMs).then(
        (): SagaRest => ({ why: 'paused', ms: putOffMs }),
        (): SagaRest => ({ why: 'unreadable' }),
      );
    }
  }

  private planOf({ name }: SagaKey): SagaPlan {
    const plan = this.parts.plan(name);
    if (plan === undefined) throw new Error(`no saga ${name} is declared in ${this.parts.context}`);
    return plan;
  }

  private async next(plan: SagaPlan, row: SagaRow, unsent: boolean): Promise<Transition> {
    const { context, execute, log, rules } = this.parts;
    const action = nextAction(plan, row, row.remaining_ms);
    switch (action.do) {
      case 'give-up':
      case 'turn-back':
      case 'go-on-late':
        return decided(plan, row, action);
      case 'step':
      case 'compensate':
      case 'tell-failed': {
        const onOwnError = (error: unknown): void =>
          log.warn({
            message: `the code of saga ${row.name} failed`,
            saga: row.name,
            id: row.id,
            action: action.do,
            step: row.step,
            err: error,
          });
        return transition(
          plan,
          row,
          action,
          await perform(context, plan, row, action, execute, onOwnError, unsent),
          rules,
        );
      }
    }
  }

  private lost({ name, id, step, done }: SagaRow): SagaRest {
    this.parts.log.warn({
      message: `saga ${name} was taken over while this host was at it; nothing was written`,
      saga: name,
      id,
      step: step ?? done.at(-1),
    });
    return { why: 'lost' };
  }

  private report(
    { name, id, status, step, done, attempts, trouble }: SagaRow,
    { pauseMs, deadlineOver }: Transition,
  ): void {
    const entry = { saga: name, id, status, step: step ?? done.at(-1), attempts, trouble };
    if (status === 'needs-attention') this.parts.log.error({ message: `saga ${name} needs attention`, ...entry });
    else if (deadlineOver === true) this.parts.log.error({ message: `saga ${name} is past its deadline`, ...entry });
    // Said with the 4th attempt and each doubling: a long outage must not fill the log.
    else if (pauseMs > 0 && attempts >= 4 && (attempts & (attempts - 1)) === 0)
      this.parts.log.warn({ message: `saga ${name} keeps trying`, ...entry });
  }
}
