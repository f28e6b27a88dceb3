import { AsyncLocalStorage } from 'node:async_hooks';
import { runAs } from '@isolith/message-bus';
import { Alarm } from './alarm.js';
import { HeldSagas } from './held-sagas.js';
import type { SagaKey, SagaRow } from './progress.js';
import { pauseAfter } from './retry.js';
import type { SagaPlan } from './saga.js';
import type { SagaLeases } from './saga-leases.js';
import type { SagaLog } from './saga-log.js';
import { SagaMover } from './saga-mover.js';
import type { SagaTable } from './saga-table.js';
import type { Execute } from './step.js';

export interface SagaEngineOptions {
  /** Sagas of the context that are moved at once; the others wait in the table. Default 64. */
  readonly concurrency?: number;
  /**
   * Attempts that were no outage before a saga needs attention: of one compensation, of a pivot without an answer, of a
   * retriable step, of telling the failure. Default 12.
   */
  readonly compensationAttempts?: number;
  /** Milliseconds between looks at the table when nothing else wakes the engine. Default 5,000. */
  readonly pollMs?: number;
  /** Yields [0, 1); the jitter of pauses. */
  readonly random?: () => number;
}

/** A saga whose unit of work has not ended yet. */
export interface Expected {
  readonly held: boolean;
  /** Told once, whether the unit committed. */
  readonly ended: (committed: boolean) => void;
}

export interface SagaEngineParts {
  readonly context: string;
  readonly table: Pick<SagaTable, 'save' | 'putOff'>;
  readonly leases: Pick<SagaLeases, 'terms' | 'claim' | 'held' | 'renew' | 'giveBack' | 'outlook' | 'orphans'>;
  readonly execute: Execute;
  readonly log: SagaLog;
  /** Aborts when the host begins to stop: no further step is taken from then on. */
  readonly draining?: AbortSignal;
}

const AFTER_ERROR = { attempts: 1, initialDelayMs: 500, maxDelayMs: 10_000 };
/** Leases of other hosts end all the time; they are not looked at more often than this. */
const SHORTEST_LOOK_MS = 10;

/**
 * Moves the sagas of one context, together with the other hosts of that context.
 *
 * A saga:
 *   in the table --claimed: due, its lease free or over, and a slot is free--> moving here --ended, or paused--> in the table
 *   begun here, its lease with it --commit, and a slot is free--> moving here
 * Whoever is not moving exists in the table only, so a pause holds neither a slot nor memory, and a crash loses
 * nothing but the answer to a command that will be asked for again with the same id.
 *
 * The engine:
 *   idle --alarm, a slot came free with others waiting, a saga was lost--> looking --slots filled--> idle
 * One look runs at a time; a wake-up during a look makes it look once more, so none is lost. A look that fails pauses
 * the next one, longer each time.
 */
export class SagaEngine {
  private readonly concurrency: number;
  private readonly pollMs: number;
  private readonly random: () => number;
  private readonly plans = new Map<string, SagaPlan>();
  private readonly held: HeldSagas;
  private readonly mover: SagaMover;
  private readonly alarm = new Alarm(() => this.look());
  /** Whoever wakes the engine may be inside a unit of work or a request: what it does is no part of that. */
  private readonly apart = AsyncLocalStorage.snapshot();
  /** Names of sagas that a newer version has moved, each said once. */
  private readonly newerSaid = new Set<string>();
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
    this.concurrency = concurrency;
    this.pollMs = pollMs;
    this.random = random;
    const { context, table, leases, execute, log } = parts;
    this.held = new HeldSagas(leases, (error) => log.warn({ message: `the leases of the sagas of ${context} can't be renewed`, err: error }));
    this.mover = new SagaMover({
      context, table, execute, log,
      rules: { compensationAttempts, random },
      plan: (name) => this.plan(name),
      goesOn: () => this.goesOn,
      extended: (row) => this.held.extended(row),
      putOffMs: pollMs,
    });
  }

  /** False before start(), and from the moment the host is told to stop: it drains its parts one after the other. */
  private get goesOn(): boolean {
    return this.phase === 'started' && this.parts.draining?.aborted !== true;
  }

  /** Before start(): the sagas that this engine moves. */
  declare(plans: readonly SagaPlan[]): void {
    for (const plan of plans) this.plans.set(plan.name, plan);
  }

  plan(name: string): SagaPlan | undefined {
    return this.plans.get(name);
  }

  /** Takes up the unfinished sagas of the context that no other host holds, as slots permit. */
  async start(): Promise<void> {
    this.phase = 'started';
    for (const { name, count } of await this.asContext(() => this.parts.leases.orphans([...this.plans.values()]))) {
      this.parts.log.error({ message: `${count} unfinished sagas ${name} rest: no saga of that name is declared`, saga: name, count });
    }
    this.look();
  }

  /**
   * A saga is about to be inserted by an open unit. With `held` a slot is kept for it and its lease is to be this host's:
   * after the commit this host goes on with it at once, from what the table says. Without, whoever has a slot first takes it.
   */
  expect(key: SagaKey): Expected {
    const held = this.goesOn && this.held.size < this.concurrency;
    const expected = { ...key };
    if (held) this.held.expect(expected);
    const ended = (committed: boolean): void => {
      this.held.unexpect(expected);
      if (committed && held) this.take(key, () => this.parts.leases.held(key));
      else if (committed || this.backlog) this.lookWithSlot();
    };
    return { held, ended };
  }

  /** Something in the table has become due. */
  wake(): void {
    this.look();
  }

  /**
   * Takes no further step; waits for those that run to be answered and saved, until the signal aborts. All leases are
   * given back: at once those of sagas that do not move, with their save those that do, and in the end whatever is left.
   */
  async drain(signal: AbortSignal): Promise<void> {
    this.phase = 'draining';
    this.alarm.clear();
    const finished = (async () => {
      await this.looking;
      await this.giveBack(this.held.keys());
      await this.held.idle();
    })();
    await Promise.race([finished, aborted(signal)]);
    await this.held.stop();
    await this.giveBack([]);
  }

  /** Looks as soon as a slot is free. */
  private lookWithSlot(): void {
    if (this.held.size < this.concurrency) this.look();
    else this.backlog = true;
  }

  private look(): void {
    if (!this.goesOn || this.plans.size === 0) return;
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
    this.looking = this.asContext(() => this.fillSlots()).finally(() => {
      this.looking = undefined;
      if (this.lookAgain) this.look();
    });
  }

  private async fillSlots(): Promise<void> {
    const free = this.concurrency - this.held.size;
    this.backlog = free <= 0;
    if (free <= 0) return;
    try {
      const claimed = await this.parts.leases.claim([...this.plans.values()], this.held.keys(), free);
      // Sagas that were begun meanwhile may have taken slots: what no longer fits is anybody's again.
      const room = Math.max(0, this.concurrency - this.held.size);
      for (const row of claimed.slice(0, room)) this.take(row, async () => row);
      for (const row of claimed.slice(room)) await this.parts.table.putOff(row, 0);
      this.backlog = claimed.length >= Math.min(free, room + 1);
      // With a backlog the next slot that comes free looks again.
      if (!this.backlog) await this.setAlarm();
      this.failures = 0;
    } catch (error) {
      this.parts.log.error({ message: `the sagas of ${this.parts.context} can't be read`, err: error });
      this.holdOff();
    }
  }

  private async setAlarm(): Promise<void> {
    const { ms, newer } = await this.parts.leases.outlook([...this.plans.values()], this.held.keys());
    this.alarm.within(Math.min(this.pollMs, Math.max(SHORTEST_LOOK_MS, ms ?? Infinity)));
    for (const name of newer.filter((each) => !this.newerSaid.has(each))) {
      this.newerSaid.add(name);
      this.parts.log.warn({ message: `sagas ${name} were moved by a newer version than this host's; it leaves them alone`, saga: name });
    }
  }

  private take(key: SagaKey, read: () => Promise<SagaRow | undefined>): void {
    if (!this.goesOn || this.held.has(key)) return;
    void this.asContext(() => this.held.hold(key, () => this.move(key, read))).finally(() => {
      if (this.backlog) this.look();
    });
  }

  /** One stay of a saga in its slot. */
  private async move(key: SagaKey, read: () => Promise<SagaRow | undefined>): Promise<void> {
    const row = await read().catch((error: unknown) => {
      this.parts.log.error({ message: `saga ${key.name} can't be read`, saga: key.name, id: key.id, err: error });
      this.holdOff();
    });
    if (row === undefined) {
      this.backlog = true;
      return;
    }
    this.held.extended(row);
    const rest = await this.mover.move(row);
    if (rest.why === 'paused') this.alarm.within(rest.ms);
    else if (rest.why === 'unreadable') this.holdOff();
    // Whoever has it now may have given it back meanwhile.
    else if (rest.why === 'lost') this.alarm.within(SHORTEST_LOOK_MS);
  }

  private async giveBack(except: readonly SagaKey[]): Promise<void> {
    await this.asContext(() => this.parts.leases.giveBack(except)).catch((error: unknown) => {
      this.parts.log.warn({ message: `the leases of the sagas of ${this.parts.context} were not given back; they end by themselves`, err: error });
    });
  }

  private holdOff(): void {
    this.failures += 1;
    this.notBefore = performance.now() + pauseAfter(this.failures, AFTER_ERROR, this.random);
    this.alarm.within(this.notBefore - performance.now());
  }

  private asContext<T>(work: () => Promise<T>): Promise<T> {
    return this.apart(() => runAs(this.parts.context, work));
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
