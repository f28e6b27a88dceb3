import { Lookout } from '@isolith/journal/internal';
import { AsyncLocalStorage } from 'node:async_hooks';
import { steadyNow } from '@isolith/contracts';
import { runAs } from '@isolith/message-bus';
import { HeldSagas } from '../leases/held-sagas.js';
import type { SagaKey, SagaStatusName } from '../instance/progress.js';
import type { SagaPlan } from '../definition/saga.js';
import { knownVersions, planFor, type KnownSaga } from '../definition/versions.js';
import type { Begun, Expected, SagaEngineOptions, SagaEngineParts } from './saga-engine-parts.js';
import { endOf, SagaEnds, type SagaEnd } from './saga-ends.js';
import { SagaMover, type TakenSaga } from './saga-mover.js';
import { DEFAULT_ATTEMPTS } from '../instance/transitions.js';

/** Leases of other hosts end all the time; they are not looked at more often than this. */
const SHORTEST_LOOK_MS = 10;
/** How often a host that leaves sagas to others looks whether it may move them again. */
const LEFT_TO_OTHERS_MS = 1_000;

/**
 * Moves the sagas of one context, together with the other hosts of that context.
 *
 * A saga:
 *   in the table --claimed: due, its lease free or over, and a slot is free--> moving here --ended, or paused--> in the table
 *   begun here, its lease with it --commit, and a slot is free--> moving here
 * Whoever is not moving exists in the table only, so a pause holds neither a slot nor memory, and a crash loses
 * nothing but the answer to a command that will be asked for again with the same id.
 *
 * The engine looks at the table when its alarm rings, when a slot came free with others waiting, and when it is woken.
 */
export class SagaEngine {
  private readonly concurrency: number;
  private readonly pollMs: number;
  /** The newest of each name. */
  private readonly plans = new Map<string, SagaPlan>();
  private known: readonly KnownSaga[] = [];
  /** What this host is moving. */
  readonly held: HeldSagas;
  private readonly mover: SagaMover;
  private readonly lookout: Lookout;
  private readonly ends: SagaEnds;
  /** Whoever wakes the engine may be inside a unit of work or a request: what it does is no part of that. */
  private readonly apart = AsyncLocalStorage.snapshot();
  /** Names of sagas that a newer version has moved, each said once. */
  private readonly newerSaid = new Set<string>();
  private phase: 'waiting' | 'started' | 'draining' = 'waiting';
  /** The table holds due sagas for which no slot was free. */
  private backlog = false;

  constructor(
    private readonly parts: SagaEngineParts,
    options: SagaEngineOptions = {},
  ) {
    const { concurrency = 64, pollMs = 5_000, random = Math.random, ...attempts } = options;
    this.concurrency = concurrency;
    this.pollMs = pollMs;
    const { context, table, leases, execute, log, meetsNewer = () => undefined } = parts;
    this.held = new HeldSagas(leases, (error) =>
      log.warn({ message: `the leases of the sagas of ${context} can't be renewed`, err: error }),
    );
    this.mover = new SagaMover({
      context,
      table,
      execute,
      log,
      rules: { ...DEFAULT_ATTEMPTS, ...attempts, random, now: steadyNow },
      plan: (saga) => this.planFor(saga),
      goesOn: () => this.goesOn,
      extended: (row) => this.held.extended(row),
      meetsNewer,
      putOffMs: pollMs,
    });
    this.ends = new SagaEnds((key) => this.asContext(() => leases.status(key)));
    this.lookout = new Lookout({
      look: () => this.asContext(() => this.fillSlots()),
      wanted: () => this.goesOn && this.plans.size > 0,
      random,
    });
  }

  /** False before start(), and from the moment the host is told to stop: it drains its parts one after the other. */
  private get goesOn(): boolean {
    return this.phase === 'started' && this.parts.draining?.aborted !== true;
  }

  private get mayLead(): boolean {
    return this.parts.mayLead?.() ?? true;
  }

  /** Before start(): the sagas that this engine moves. */
  declare(plans: readonly SagaPlan[]): void {
    for (const plan of plans) this.plans.set(plan.name, plan);
    this.known = knownVersions(this.declared());
  }

  /** What was declared, without the former definitions. */
  declared(): readonly SagaPlan[] {
    return [...this.plans.values()];
  }

  /** The newest definition of this name. */
  plan(name: string): SagaPlan | undefined {
    return this.plans.get(name);
  }

  /** The definition that a saga of this version goes on with; none when only another host may have it. */
  planFor({ name, version }: KnownSaga): SagaPlan | undefined {
    const newest = this.plans.get(name);
    return newest && planFor(newest, version);
  }

  /** Takes up the unfinished sagas of the context that no other host holds, as slots permit. */
  async start(): Promise<void> {
    this.phase = 'started';
    for (const { name, version, count } of await this.asContext(() => this.parts.leases.orphans(this.known))) {
      const which = version === null ? '' : ` of version ${version}`;
      const why =
        version === null
          ? 'no saga of that name is declared'
          : `this host does not have that definition; list it in "former", or give an upcaster from ${version}`;
      this.parts.log.error({ message: `${count} unfinished sagas ${name}${which} rest: ${why}`, saga: name, count });
    }
    this.lookout.look();
  }

  /**
   * A saga is about to be inserted by an open unit. With `held` a slot is kept for it and its lease is to be this
   * host's: after the commit this host goes on with it at once. Without, whoever has a slot first takes it.
   *
   * It goes on from what it inserted: nobody else has written the row while its lease lasts. When the unit took longer
   * than that it reads the row first. Another may still claim it between that look and the step: then the step is sent
   * by both under one id, and this host's save finds another token.
   */
  expect(key: SagaKey): Expected {
    const held = this.goesOn && this.mayLead && this.held.size < this.concurrency;
    const expected = { ...key };
    if (held) this.held.expect(expected);
    const ended = (begun?: Begun): void => {
      this.held.unexpect(expected);
      if (begun !== undefined && held) this.take(key, () => this.firstRow(begun));
      else if (begun !== undefined || this.backlog) this.lookWithSlot();
    };
    return { held, ended };
  }

  /**
   * Resolves with how the saga ended, whoever brought that about. Rejects when the signal aborts first, or there is no
   * such saga.
   */
  ended(key: SagaKey, signal: AbortSignal): Promise<SagaEnd> {
    return this.ends.wait(key, this.held.isHere(key), signal);
  }

  /** Something in the table has become due. */
  wake(): void {
    this.lookout.look();
  }

  /**
   * Takes no further step; waits for those that run to be answered and saved, until the signal aborts. All leases are
   * given back: at once those of sagas that do not move, with their save those that do, and in the end whatever is
   * left.
   */
  async drain(signal: AbortSignal): Promise<void> {
    this.phase = 'draining';
    this.lookout.clear();
    const finished = (async () => {
      await this.lookout.idle();
      await this.giveBack(this.held.keys());
      await this.held.idle();
    })();
    await Promise.race([finished, aborted(signal)]);
    await this.held.stop();
    await this.giveBack([]);
  }

  /** Looks as soon as a slot is free. */
  private lookWithSlot(): void {
    if (this.held.size < this.concurrency) this.lookout.look();
    else this.backlog = true;
  }

  private async fillSlots(): Promise<void> {
    if (!this.mayLead) return this.lookout.within(LEFT_TO_OTHERS_MS);
    const free = this.concurrency - this.held.size;
    this.backlog = free <= 0;
    if (free <= 0) return;
    try {
      const claimed = await this.parts.leases.claim(this.known, this.held.keys(), free);
      // Sagas that were begun meanwhile may have taken slots: what no longer fits is anybody's again.
      const room = Math.max(0, this.concurrency - this.held.size);
      for (const row of claimed.slice(0, room)) this.take(row, async () => ({ row, unsent: false }));
      for (const row of claimed.slice(room)) await this.parts.table.putOff(row, 0);
      this.backlog = claimed.length >= Math.min(free, room + 1);
      // With a backlog the next slot that comes free looks again.
      if (!this.backlog) await this.setAlarm();
      this.lookout.succeeded();
    } catch (error) {
      this.parts.log.error({ message: `the sagas of ${this.parts.context} can't be read`, err: error });
      this.lookout.failed();
    }
  }

  private async setAlarm(): Promise<void> {
    const { ms, newer } = await this.parts.leases.outlook(this.known, this.held.keys());
    this.lookout.within(Math.min(this.pollMs, Math.max(SHORTEST_LOOK_MS, ms ?? Infinity)));
    for (const name of newer.filter((each) => !this.newerSaid.has(each))) {
      this.newerSaid.add(name);
      this.parts.log.warn({
        message: `sagas ${name} were moved by a newer version than this host's; it leaves them alone`,
        saga: name,
      });
    }
  }

  private take(key: SagaKey, read: () => Promise<TakenSaga | undefined>): void {
    if (!this.goesOn || this.held.has(key)) return;
    let end: SagaEnd | undefined;
    const work = async (): Promise<void> => {
      end = endOf(await this.move(key, read));
    };
    void this.asContext(() => this.held.hold(key, work)).finally(() => {
      // Only now its slot is free for what whoever waited for it begins next.
      if (end !== undefined) this.ends.tell(key, end);
      if (this.backlog) this.lookout.look();
    });
  }

  private async firstRow({ row, ageMs }: Begun): Promise<TakenSaga | undefined> {
    const { leases } = this.parts;
    if (ageMs >= leases.terms.leaseMs) {
      const read = await leases.held(row);
      return read && { row: read, unsent: false };
    }
    return { row: row.remaining_ms === null ? row : { ...row, remaining_ms: row.remaining_ms - ageMs }, unsent: true };
  }

  /** One stay of a saga in its slot; resolves with where it is when there is nothing left to do here. */
  private async move(key: SagaKey, read: () => Promise<TakenSaga | undefined>): Promise<SagaStatusName | undefined> {
    const taken = await read().catch((error: unknown) => {
      this.parts.log.error({ message: `saga ${key.name} can't be read`, saga: key.name, id: key.id, err: error });
      this.lookout.failed();
    });
    if (taken === undefined) {
      this.backlog = true;
      return undefined;
    }
    this.held.extended(taken.row);
    const rest = await this.mover.move(taken);
    // A wait may be longer than any timer; the table has it.
    if (rest.why === 'paused') this.lookout.within(Math.min(this.pollMs, rest.ms));
    else if (rest.why === 'unreadable') this.lookout.failed();
    // Whoever has it now may have given it back meanwhile.
    else if (rest.why === 'lost') this.lookout.within(SHORTEST_LOOK_MS);
    return rest.why === 'ended' ? rest.status : undefined;
  }

  private async giveBack(except: readonly SagaKey[]): Promise<void> {
    await this.asContext(() => this.parts.leases.giveBack(except)).catch((error: unknown) => {
      this.parts.log.warn({
        message: `the leases of the sagas of ${this.parts.context} were not given back; they end by themselves`,
        err: error,
      });
    });
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
