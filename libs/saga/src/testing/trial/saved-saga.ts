import { isMoving, type Hearing, type SagaRow, type Transition } from '../../instance/progress.js';
import type { SagaPlan } from '../../definition/saga.js';
import { operated, type Act } from '../../operations/operated.js';
import type { ArrivedSignal } from '../../store/saga-signals.js';
import type { TrialClock } from './trial-clock.js';

/** Moments of the trial's clock, and whether a host is at the saga. */
interface Times {
  readonly held: boolean;
  readonly dueMs: number;
  readonly deadlineMs: number | null;
  readonly waitsSinceMs: number;
  readonly waitsUntilMs: number;
}

/** What the table has of the saga. */
interface Kept extends Times {
  readonly row: SagaRow;
}

/** What was saved, and the transition that was made. */
export interface HeardSave {
  readonly saved: SagaRow;
  readonly made: Transition;
}

/**
 * The table of one saga, in memory: what is in it is JSON, and a save names the claim and the revision that it follows.
 */
export class SavedSaga {
  #kept: string | undefined;
  readonly #signals: ArrivedSignal[] = [];

  constructor(private readonly clock: TrialClock) {}

  /** Nothing happens when it is there already. */
  insert(row: SagaRow): SagaRow | undefined {
    if (this.#kept !== undefined) return undefined;
    const { ms } = this.clock;
    const deadlineMs = row.remaining_ms === null ? null : ms + row.remaining_ms;
    return this.#write(row, { held: row.token > 0, dueMs: ms, deadlineMs, waitsSinceMs: ms, waitsUntilMs: ms });
  }

  /** As it would be read now. */
  get row(): SagaRow {
    const { row, ...times } = this.#read();
    return this.#at(row, times);
  }

  /** When it is due that waits for a time, and when its wait is over; undefined while it does not, or is due. */
  get rest(): Pick<Times, 'dueMs' | 'waitsUntilMs'> | undefined {
    if (this.#kept === undefined) return undefined;
    const { row, dueMs, waitsUntilMs } = this.#read();
    return row.wait !== null && dueMs > this.clock.ms ? { dueMs, waitsUntilMs } : undefined;
  }

  /** Its deadline is over by the clock, and nothing has become of that yet. */
  get isLate(): boolean {
    const { deadlineMs } = this.#read();
    return deadlineMs !== null && deadlineMs <= this.clock.ms;
  }

  /** For a host that takes it up: what others hold is worth nothing from here on. */
  claim(): SagaRow {
    const { row, ...times } = this.#read();
    return this.#write({ ...row, token: row.token + 1 }, { ...times, held: true });
  }

  save(row: SagaRow, transition: Transition, version: number): SagaRow | undefined {
    const { row: present, ...times } = this.#read();
    if (present.token !== row.token || present.revision !== row.revision) return undefined;
    const revision = row.revision + 1;
    const next = { ...present, ...transition.next, version: Math.max(version, row.version), revision };
    return this.#write(next, this.#timesAfter(transition, times));
  }

  /** The same, only unless the event is there that it names: then what becomes of the saga with that. */
  saveUnlessHeard(row: SagaRow, transition: Transition, version: number): HeardSave | undefined {
    const { unlessHeard } = transition;
    const signal = unlessHeard && this.#look(unlessHeard.event);
    const made = unlessHeard === undefined || signal === undefined ? transition : unlessHeard.taking(signal);
    const saved = this.save(row, made, version);
    return saved && { saved, made };
  }

  /** Keeps an event, once, and makes the saga due if it rests for that. */
  arrive(signal: ArrivedSignal): void {
    if (!this.#signals.some(({ id }) => id === signal.id)) this.#signals.push(signal);
    if (this.#kept === undefined) return;
    const { row, ...times } = this.#read();
    const { wait, status } = row;
    if (status === 'running' && wait?.event === signal.contract && wait.key === signal.key)
      this.#write(row, { ...times, dueMs: this.clock.ms });
  }

  #look({ contract, key, heard }: Hearing): ArrivedSignal | undefined {
    return this.#signals.find((one) => one.contract === contract && one.key === key && !heard.includes(one.id));
  }

  /** The deadline passes, if it has one and nothing has become of it yet. */
  expire(): void {
    const { row, ...times } = this.#read();
    const { ms } = this.clock;
    if (times.deadlineMs !== null) this.#write(row, { ...times, deadlineMs: ms, dueMs: Math.min(times.dueMs, ms) });
  }

  /** What a person does, or a refusal; who was at the saga before writes nothing more. */
  operate(act: Act, plan: SagaPlan): SagaRow {
    const { row, ...times } = this.#read();
    const { next, version } = operated(act, { row: this.row, held: times.held, plan });
    const changed = { ...row, ...next, version, token: row.token + 1, revision: row.revision + 1 };
    return this.#write(changed, { ...times, dueMs: this.clock.ms, held: false });
  }

  /** As the statement of a real table does it. */
  #timesAfter({ next, pauseMs, waitEnd, deadlineOver }: Transition, before: Times): Times {
    const { ms } = this.clock;
    const until = waitEnd !== undefined && 'until' in waitEnd ? this.clock.msOf(waitEnd.until) : undefined;
    const over = waitEnd !== undefined && 'forMs' in waitEnd ? ms + waitEnd.forMs : before.waitsUntilMs;
    const ends = [until ?? Infinity, (next.status === 'running' ? before.deadlineMs : null) ?? Infinity];
    return {
      held: isMoving(next) && pauseMs === 0,
      dueMs: pauseMs === 0 ? ms : Math.min(ms + pauseMs, ...ends),
      deadlineMs: deadlineOver === true ? null : before.deadlineMs,
      waitsSinceMs: waitEnd === undefined ? before.waitsSinceMs : ms,
      waitsUntilMs: until ?? over,
    };
  }

  #at(row: SagaRow, { deadlineMs, waitsSinceMs, waitsUntilMs }: Times): SagaRow {
    const { ms } = this.clock;
    const waits = row.wait !== null;
    return {
      ...row,
      remaining_ms: deadlineMs === null ? null : deadlineMs - ms,
      wait_ms: waits ? waitsUntilMs - ms : null,
      waited_ms: waits ? ms - waitsSinceMs : null,
    };
  }

  #read(): Kept {
    if (this.#kept === undefined) throw new Error('the saga was not begun');
    // Written by `#write`.
    return JSON.parse(this.#kept) as Kept;
  }

  #write(row: SagaRow, times: Times): SagaRow {
    const kept: Kept = { row, ...times };
    this.#kept = JSON.stringify(kept);
    return this.row;
  }
}
