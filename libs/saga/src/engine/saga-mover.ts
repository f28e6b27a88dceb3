import { NewerVersionError } from '@isolith/contracts';
import { nextTransition } from '../instance/next-transition.js';
import { movedOn, notMovedOn } from '../instance/moved-on.js';
import { inMove } from '../instance/saga-span.js';
import { isMoving, type SagaRow, type SagaStatusName, type Transition } from '../instance/progress.js';
import type { SagaPlan } from '../definition/saga.js';
import type { SagaLog } from '../instance/saga-log.js';
import type { SagaTable } from '../store/saga-table.js';
import type { Execute } from '../definition/step.js';
import type { KnownSaga } from '../definition/versions.js';
import { parked, type TransitionRules } from '../instance/transitions.js';
import { unsaveable } from './unsaveable.js';
import { NEWER_EVENT } from '../instance/waiting.js';

export interface MoverParts {
  readonly context: string;
  readonly table: Pick<SagaTable, 'save' | 'saveUnlessHeard' | 'putOff'>;
  readonly execute: Execute;
  readonly log: SagaLog;
  readonly rules: TransitionRules;
  /** What a saga of this version goes on with. */
  readonly plan: (saga: KnownSaga) => SagaPlan | undefined;
  /** False as soon as no further step may be taken. */
  readonly goesOn: () => boolean;
  /** The lease of this saga was just extended. */
  readonly extended: (row: SagaRow) => void;
  /** Told each time of a saga that waits with an event of a newer version than this host reads. */
  readonly meetsNewer?: (error: NewerVersionError) => void;
  /** How long a saga waits that could not be moved, in milliseconds. */
  readonly putOffMs: number;
}

/** A saga that this host holds, as it is. */
export interface TakenSaga {
  readonly row: SagaRow;
  /**
   * This host has begun it or brought it to its step, and holds it since: nobody can have sent anything for the step.
   */
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

/** A transition as it was saved, and whether this host goes on with the saga. */
interface Kept {
  readonly saved: SagaRow;
  readonly made: Transition;
  readonly stays: boolean;
}

/**
 * Moves one saga that this host holds, from save to save:
 *
 *   due --sent and answered, or decided without asking--> saved --more is due--> due
 *                                                          |--paused, ended, draining--> rest
 *                                                          |--refused by the database for good--> needs attention
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
        const moved = await inMove(row, () => this.once(row, unsent));
        row = moved.due;
        const { kept } = moved;
        if (kept === undefined) return this.lost(row);
        const { saved, made, stays } = kept;
        if (stays) this.parts.extended(saved);
        this.report(saved, made);
        // Until a moment it is not so long as it may be at most.
        if (made.pauseMs > 0)
          return { why: 'paused', ms: made.waitEnd ? Math.max(1, saved.wait_ms ?? 0) : made.pauseMs };
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

  /** What is due is done, and saved. `due`: the saga as its definition sees it. */
  private async once(
    read: SagaRow,
    unsent: boolean,
  ): Promise<{ readonly due: SagaRow; readonly kept: Kept | undefined; readonly made: Transition | undefined }> {
    const plan = this.planOf(read);
    const upcast = this.upcast(plan, read);
    const next =
      upcast === undefined
        ? parked(read, notMovedOn(plan, read))
        : await nextTransition(this.parts, plan, upcast, unsent);
    const due = upcast ?? read;
    const kept = await this.save(due, next).catch((error: unknown) => this.refused(read, error));
    return { due, kept, made: kept?.made };
  }

  private async save(row: SagaRow, transition: Transition): Promise<Kept | undefined> {
    const { table, goesOn } = this.parts;
    const holds = (made: Transition): boolean => isMoving(made.next) && made.pauseMs === 0 && goesOn();
    const { unlessHeard, ...always } = transition;
    if (unlessHeard === undefined) {
      const stays = holds(transition);
      const saved = await table.save(row, transition, row.version, stays);
      return saved && { saved, made: transition, stays };
    }
    let stays = false;
    const holding = (made: Transition): boolean => (stays = holds(made));
    const done = await table.saveUnlessHeard(row, { ...always, unlessHeard }, row.version, holding);
    return done && { ...done, stays };
  }

  /** What can't be saved is mended by a person, and until then the saga is as it was read. */
  private async refused(read: SagaRow, error: unknown): Promise<Kept | undefined> {
    const trouble = unsaveable(error);
    if (trouble === undefined) throw error;
    const { name, id } = read;
    this.parts.log.error({ message: `what saga ${name} came to can't be saved`, saga: name, id, err: error });
    const made = parked(read, trouble);
    const saved = await this.parts.table.save(read, made, read.version, false);
    return saved && { saved, made, stays: false };
  }

  private planOf({ name, version }: SagaRow): SagaPlan {
    const plan = this.parts.plan({ name, version });
    if (plan === undefined)
      throw new Error(`no saga ${name} of version ${version} is declared in ${this.parts.context}`);
    return plan;
  }

  private upcast(plan: SagaPlan, row: SagaRow): SagaRow | undefined {
    try {
      return movedOn(plan, row);
    } catch (error) {
      const { name, id, version } = row;
      this.parts.log.error({ message: `the upcasters of saga ${name} failed`, saga: name, id, version, err: error });
      return undefined;
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
    if (trouble?.type === NEWER_EVENT) this.parts.meetsNewer?.(new NewerVersionError(trouble.detail));
    const entry = { saga: name, id, status, step: step ?? done.at(-1), attempts, trouble };
    if (status === 'needs-attention') this.parts.log.error({ message: `saga ${name} needs attention`, ...entry });
    else if (deadlineOver === true) this.parts.log.error({ message: `saga ${name} is past its deadline`, ...entry });
    // Said with the 4th attempt and each doubling: a long outage must not fill the log.
    else if (pauseMs > 0 && attempts >= 4 && (attempts & (attempts - 1)) === 0)
      this.parts.log.warn({ message: `saga ${name} keeps trying`, ...entry });
  }
}
