import { Lookout } from '@isolith/journal/internal';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { runAs } from '@isolith/message-bus';
import type { HeldRun } from '../store/run-rows.js';
import type { AgentEngineOptions, AgentEngineParts } from './engine-parts.js';
import { HeldRuns } from '../leases/held-runs.js';
import { RunMover } from './run-mover.js';

/** Leases of other hosts end all the time; they are not looked at more often than this. */
const SHORTEST_LOOK_MS = 10;
/** How often a host that leaves runs to others looks whether it may move them again. */
const LEFT_TO_OTHERS_MS = 1_000;

/**
 * Moves the runs of one context, together with the other hosts of that context.
 *
 *   in the table --claimed: due, its lease free or over, and a slot is free--> moving here
 *   moving here --rests, waits for a person, pauses, was stopped--> in the table
 * Whoever is not moving exists in the table only, so a pause holds neither a slot nor memory, and a crash loses nothing
 * but the answer to a question.
 *
 * The engine looks at the table when its alarm rings, when a slot came free with others waiting, and when it is woken.
 */
export class AgentEngine {
  private readonly concurrency: number;
  private readonly pollMs: number;
  /** What this host is moving. */
  readonly held: HeldRuns;
  private readonly mover: RunMover;
  private readonly lookout: Lookout;
  private readonly agents: readonly string[];
  /** Whoever wakes the engine may be inside a unit of work or a request: what it does is no part of that. */
  private readonly apart = AsyncLocalStorage.snapshot();
  private phase: 'waiting' | 'started' | 'draining' = 'waiting';
  /** The table holds due runs for which no slot was free. */
  private backlog = false;

  constructor(
    private readonly parts: AgentEngineParts,
    options: AgentEngineOptions = {},
  ) {
    const { concurrency = 64, pollMs = 5_000, askWithinMs = 120_000, random = Math.random } = options;
    this.concurrency = concurrency;
    this.pollMs = pollMs;
    this.agents = [...parts.agents.keys()];
    const { context, leases, log } = parts;
    this.held = new HeldRuns(
      {
        terms: leases.terms,
        renew: (held) => this.asContext(() => leases.renew(held)),
      },
      (error) => log.warn({ message: `the leases of the runs of ${context} can't be renewed`, err: error }),
    );
    this.mover = new RunMover({
      ...parts,
      goesOn: () => this.goesOn,
      at: ({ id }, doing, saved) => {
        this.held.at(id, doing);
        if (saved) this.held.extended(id);
      },
      askWithinMs,
      putOffMs: pollMs,
      random,
      sleep: options.sleep ?? ((ms, signal) => sleep(ms, undefined, { signal })),
    });
    this.lookout = new Lookout({
      look: () => this.asContext(() => this.fillSlots()),
      wanted: () => this.goesOn && this.agents.length > 0,
      random,
    });
  }

  /** False before start(), and from the moment the host is told to stop: it drains its parts one after the other. */
  private get goesOn(): boolean {
    return this.phase === 'started' && this.parts.draining?.aborted !== true;
  }

  /** Takes up the runs that are due and that no other host holds, as slots permit. */
  start(): void {
    this.phase = 'started';
    this.lookout.look();
  }

  /** Something in the table has become due. */
  wake(): void {
    this.lookout.look();
  }

  /** A run was stopped: what this host does for it is of no use any more. */
  stopped(id: string): void {
    this.held.abort(id, new Error('the run was stopped'));
  }

  /**
   * Begins nothing more; waits for what runs to be answered and saved, until the signal aborts. All leases are given
   * back: at once those of runs that do not move, with their save those that do, and in the end whatever is left.
   */
  async drain(signal: AbortSignal): Promise<void> {
    this.phase = 'draining';
    this.lookout.clear();
    const finished = (async () => {
      await this.lookout.idle();
      await this.giveBack(this.held.ids());
      await this.held.idle();
    })();
    await Promise.race([finished, aborted(signal)]);
    this.held.abortAll(new Error('the host stops'));
    await this.held.stop();
    await this.giveBack([]);
  }

  private async fillSlots(): Promise<void> {
    if (!(this.parts.mayLead?.() ?? true)) return this.lookout.within(LEFT_TO_OTHERS_MS);
    const free = this.concurrency - this.held.size;
    this.backlog = free <= 0;
    if (free <= 0) return;
    try {
      const claimed = await this.parts.leases.claim(this.agents, this.held.ids(), free);
      for (const run of claimed) this.take(run);
      this.backlog = claimed.length >= free;
      // With a backlog the next slot that comes free looks again.
      if (!this.backlog) {
        const ms = await this.parts.leases.outlook(this.agents, this.held.ids());
        this.lookout.within(Math.min(this.pollMs, Math.max(SHORTEST_LOOK_MS, ms ?? Infinity)));
      }
      this.lookout.succeeded();
    } catch (error) {
      this.parts.log.error({ message: `the runs of ${this.parts.context} can't be read`, err: error });
      this.lookout.failed();
    }
  }

  private take(run: HeldRun): void {
    const work = async (signal: AbortSignal): Promise<void> => {
      const rest = await this.mover.move(run, signal);
      // A wait may be longer than any timer; the table has it.
      if (rest.why === 'paused') this.lookout.within(Math.min(this.pollMs, rest.ms));
      else if (rest.why === 'unreadable') this.lookout.failed();
      // Whoever has it now may have given it back meanwhile.
      else if (rest.why === 'lost') this.lookout.within(SHORTEST_LOOK_MS);
    };
    void this.asContext(() => this.held.hold(run, work)).finally(() => {
      if (this.backlog) this.lookout.look();
    });
  }

  private async giveBack(except: readonly string[]): Promise<void> {
    await this.asContext(() => this.parts.leases.giveBack(except)).catch((error: unknown) => {
      this.parts.log.warn({
        message: `the leases of the runs of ${this.parts.context} were not given back; they end by themselves`,
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
