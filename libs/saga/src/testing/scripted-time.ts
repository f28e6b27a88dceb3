import { contractOf } from '@isolith/contracts';
import type { Signal } from '../definition/planned-wait.js';
import type { SagaRow, Transition } from '../instance/progress.js';

interface Arrived extends Signal {
  readonly contract: string;
  readonly key: string;
}

/** In place of the database: its clock, which only the test moves, and the events that have come. */
export class ScriptedTime {
  /** Milliseconds since the saga began. */
  elapsedMs = 0;
  /** When the saga is due, as `elapsedMs`, while it rests in a wait. */
  dueMs: number | undefined;
  readonly #beganAt: number;
  readonly #events: Arrived[] = [];
  #waitsSince = 0;
  #waitsUntil = 0;

  constructor(now: Date) {
    this.#beganAt = now.getTime();
  }

  /** Milliseconds since 1970, by this clock. */
  get now(): number {
    return this.#beganAt + this.elapsedMs;
  }

  /**
   * Keeps an event, and makes a saga due that rests for it. @throws {TypeError | ContractViolationError} for what its
   * context could not have recorded
   */
  arrives(event: object, { wait }: SagaRow): void {
    const contract = contractOf(event);
    if (contract?.kind !== 'event')
      throw new TypeError(`${event.constructor.name} is not an event with a contract: only such can be waited for`);
    const data = contract.copyInput(event);
    const key = String(data[contract.key]);
    const id = `event-${this.#events.length + 1}`;
    this.#events.push({ contract: contract.name, key, id, schemaVersion: contract.version, data });
    if (wait?.event === contract.name && wait.key === key) this.dueMs = this.elapsedMs;
  }

  /** The row as it would be read now. `deadlineMs`: of its definition. */
  read(row: SagaRow, deadlineMs: number | undefined): SagaRow {
    const waits = row.wait !== null;
    return {
      ...row,
      remaining_ms: row.remaining_ms === null || deadlineMs === undefined ? null : deadlineMs - this.elapsedMs,
      wait_ms: waits ? this.#waitsUntil - this.elapsedMs : null,
      waited_ms: waits ? this.elapsedMs - this.#waitsSince : null,
    };
  }

  /** What is made of a transition, as by a save. */
  save(row: SagaRow, transition: Transition, deadlineMs: number | undefined): Transition {
    const { unlessHeard } = transition;
    const event = unlessHeard && this.#look(unlessHeard.event);
    const made = unlessHeard === undefined || event === undefined ? transition : unlessHeard.taking(event);
    const { waitEnd, next, pauseMs } = made;
    if (waitEnd !== undefined) {
      this.#waitsSince = this.elapsedMs;
      this.#waitsUntil = 'until' in waitEnd ? waitEnd.until.getTime() - this.#beganAt : this.elapsedMs + waitEnd.forMs;
    }
    // An attempt that came to nothing is repeated without a wait, as everywhere in these tests.
    const rests = next.wait !== null && pauseMs > 0 && next.attempts <= row.attempts;
    const ends = [this.elapsedMs + pauseMs, this.#waitsUntil, ...(row.remaining_ms === null ? [] : [deadlineMs ?? 0])];
    this.dueMs = rests ? Math.max(this.elapsedMs, Math.min(...ends)) : undefined;
    return made;
  }

  #look({ contract, key, heard }: NonNullable<Transition['unlessHeard']>['event']): Signal | undefined {
    return this.#events.find((event) => event.contract === contract && event.key === key && !heard.includes(event.id));
  }
}
