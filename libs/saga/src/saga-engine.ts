import { AsyncLocalStorage } from 'node:async_hooks';
import { runAs } from '@isolith/message-bus';
import { Alarm } from './alarm.js';
import { BegunSagas } from './begun-sagas.js';
import { nextAction } from './next-action.js';
import { perform } from './perform.js';
import { isMoving, type SagaRow, type Transition } from './progress.js';
import { pauseAfter } from './retry.js';
import type { SagaPlan } from './saga.js';
import type { SagaKey, SagaTable } from './saga-table.js';
import type { Execute } from './step.js';
import { parked, transition, type TransitionRules } from './transitions.js';

/** Takes structured entries; Nest's Logger is one. */
export interface SagaLog {
  warn(entry: object): void;
  error(entry: object): void;
}

export interface SagaEngineOptions {
  /** Sagas of the context that are moved at once; the others wait in the table. Default 64. */
  readonly concurrency?: number;
  /** Attempts of one compensation before its saga needs attention. Default 12. */
  readonly compensationAttempts?: number;
  /** Milliseconds between looks at the table when nothing else wakes the engine. Default 5,000. */
  readonly pollMs?: number;
  /** Yields [0, 1); the jitter of pauses. */
  readonly random?: () => number;
}

export interface SagaEngineParts {
  readonly context: string;
  readonly table: Pick<SagaTable, 'due' | 'find' | 'save' | 'defer' | 'untilNextDue' | 'orphans'>;
  readonly execute: Execute;
  readonly log: SagaLog;
}

const AFTER_ERROR = { attempts: 1, initialDelayMs: 500, maxDelayMs: 10_000 };

/**
 * Moves the sagas of one context.
 *
 * A saga in this process:
 *   in the table --due and a slot is free--> moving --ended, or paused (due later)--> in the table
 * Whoever is not moving exists in the table only, so a pause holds neither a slot nor memory, and a crash loses
 * nothing but the answer to a command that will be asked for again with the same id.
 *
 * The engine:
 *   idle --begun, commit, alarm, a slot came free with others waiting--> looking --slots filled--> idle
 * One look runs at a time; a wake-up during a look makes it look once more, so none is lost. A look that fails pauses
 * the next one, longer each time.
 */
export class SagaEngine {
  readonly options: Required<SagaEngineOptions>;
  private readonly plans = new Map<string, SagaPlan>();
  private readonly moving = new Map<string, SagaKey & { readonly ended: Promise<void> }>();
  private readonly begun = new BegunSagas();
  private readonly alarm = new Alarm(() => this.look());
  private readonly rules: TransitionRules;
  /** Whoever wakes the engine may be inside a unit of work or a request: what it does is no part of that. */
  private readonly apart = AsyncLocalStorage.snapshot();
  private phase: 'waiting' | 'started' | 'draining' = 'waiting';
  private looking: Promise<void> | undefined;
  private lookAgain = false;
  /** The table holds due sagas for which no slot was free. */
  private backlog = false;
  private failures = 0;
  /** No look before this time (performance.now()): the database has just failed. */
  private notBefore = 0;

  constructor(private readonly parts: SagaEngineParts, options: SagaEngineOptions = {}) {
    const { concurrency = 64, compensationAttempts = 12, pollMs = 5_000, random = Math.random } = options;
    this.options = { concurrency, compensationAttempts, pollMs, random };
    this.rules = { compensationAttempts, random };
  }

  /** Before start(): the sagas that this engine moves. */
  declare(plans: readonly SagaPlan[]): void {
    for (const plan of plans) this.plans.set(plan.name, plan);
  }

  has(name: string): boolean {
    return this.plans.has(name);
  }

  /** Takes up every unfinished saga of the context, as slots permit. */
  async start(): Promise<void> {
    this.phase = 'started';
    for (const { name, count } of await runAs(this.parts.context, () => this.parts.table.orphans(this.names()))) {
      this.parts.log.error({ message: `${count} unfinished sagas ${name} rest: no saga of that name is declared`, saga: name, count });
    }
    this.look();
  }

  /** A saga was inserted by a unit that is still open. */
  expect(key: SagaKey): void {
    this.begun.add(key);
    this.alarm.within(this.begun.nextLook() ?? 0);
  }

  /** Some unit of the context has committed. */
  committed(): void {
    if (!this.begun.isEmpty) this.look();
  }

  /** Takes no further step; waits for those that run to be answered and saved, until the signal aborts. */
  async drain(signal: AbortSignal): Promise<void> {
    this.phase = 'draining';
    this.alarm.clear();
    const finished = (async () => {
      await this.looking;
      await Promise.all([...this.moving.values()].map(({ ended }) => ended));
    })();
    await Promise.race([finished, aborted(signal)]);
  }

  private look(): void {
    if (this.phase !== 'started' || this.plans.size === 0) return;
    if (this.looking !== undefined) {
      this.lookAgain = true;
      return;
    }
    const wait = this.notBefore - performance.now();
    if (wait > 0) {
      this.alarm.within(wait);
      return;
    }
    this.lookAgain = false;
    this.looking = this.apart(() => runAs(this.parts.context, () => this.fillSlots())).finally(() => {
      this.looking = undefined;
      if (this.lookAgain) this.look();
    });
  }

  private async fillSlots(): Promise<void> {
    const { table } = this.parts;
    const free = this.options.concurrency - this.moving.size;
    this.backlog = free <= 0;
    if (free <= 0) return;
    try {
      const due = await table.due(this.names(), [...this.moving.values()], free);
      for (const row of due) {
        this.begun.seen(row);
        this.take(row);
      }
      this.backlog = due.length >= free;
      // With a backlog the next slot that comes free looks again.
      if (!this.backlog) await this.setAlarm();
      this.failures = 0;
    } catch (error) {
      this.parts.log.error({ message: `the sagas of ${this.parts.context} can't be read`, err: error });
      this.holdOff();
    }
  }

  private async setAlarm(): Promise<void> {
    const untilDue = await this.parts.table.untilNextDue(this.names(), [...this.moving.values()]);
    this.alarm.within(Math.min(this.options.pollMs, this.begun.nextLook() ?? Infinity, Math.max(0, untilDue ?? Infinity)));
  }

  private take(row: SagaRow): void {
    const key = `${row.name} ${row.id}`;
    if (this.phase !== 'started' || this.moving.has(key)) return;
    const ended = this.move(row).finally(() => {
      this.moving.delete(key);
      if (this.backlog) this.look();
    });
    this.moving.set(key, { name: row.name, id: row.id, ended });
  }

  private async move(row: SagaRow): Promise<void> {
    try {
      let current: SagaRow | undefined = row;
      while (current !== undefined && isMoving(current) && this.phase === 'started') {
        const next = await this.nextTransition(current);
        const saved: SagaRow | undefined = await this.parts.table.save(current, next);
        if (saved !== undefined) this.report(saved, next);
        if (saved !== undefined && next.pauseMs > 0) {
          this.alarm.within(next.pauseMs);
          return;
        }
        // Without a saved row somebody else has moved it: go on from where it is now.
        current = saved ?? (await this.parts.table.find(current));
      }
    } catch (error) {
      this.parts.log.error({ message: `saga ${row.name} could not be moved`, saga: row.name, id: row.id, err: error });
      // Out of the way of the others; when even that fails it is the database, and all wait.
      await this.parts.table.defer(row, this.options.pollMs).catch(() => this.holdOff());
    }
  }

  private async nextTransition(row: SagaRow): Promise<Transition> {
    const plan = this.plans.get(row.name);
    if (plan === undefined) throw new Error(`no saga ${row.name} is declared in ${this.parts.context}`);
    const action = nextAction(plan, row);
    if (action.do === 'give-up') return parked(row, action.trouble);
    const onOwnError = (error: unknown): void =>
      this.parts.log.warn({ message: `the code of saga ${row.name} failed`, saga: row.name, id: row.id, action: action.do, step: row.step, err: error });
    const outcome = await perform(this.parts.context, plan, row, action, this.parts.execute, onOwnError);
    return transition(plan, row, action, outcome, this.rules);
  }

  private report({ name, id, status, step, done, attempts, trouble }: SagaRow, { pauseMs }: Transition): void {
    const entry = { saga: name, id, status, step: step ?? done.at(-1), attempts, trouble };
    if (status === 'needs-attention') this.parts.log.error({ message: `saga ${name} needs attention`, ...entry });
    // Said with the 4th attempt and each doubling: a long outage must not fill the log.
    else if (pauseMs > 0 && attempts >= 4 && (attempts & (attempts - 1)) === 0) this.parts.log.warn({ message: `saga ${name} keeps trying`, ...entry });
  }

  private holdOff(): void {
    this.failures += 1;
    this.notBefore = performance.now() + pauseAfter(this.failures, AFTER_ERROR, this.options.random);
    this.alarm.within(this.notBefore - performance.now());
  }

  private names(): readonly string[] {
    return [...this.plans.keys()];
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
