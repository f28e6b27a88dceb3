import { IsolithError } from '@isolith/contracts';
import type { Impairments, Waiting, Watched, WatchList } from '@isolith/message-bus';
import type { HostLifecycle, HostParticipant } from '@isolith/message-bus/nest';
import { Logger } from '@nestjs/common';
import { isForgiven, judge, nothingSeen, type Seen } from './judge.js';

const EVERY_MS = 1_000;
/** A look that takes longer than this counts as one that can't be made. */
const LOOK_MS = 3_000;

/** What is known of one part that is looked at. */
interface Looked {
  readonly watched: Watched;
  /** What the last look that succeeded found. */
  found: readonly Waiting[];
  startedAt: number;
  succeededAt: number;
  /** A look is under way: there is never a second one, however long it takes. */
  underWay: boolean;
  /** Why the last look failed; undefined when it did not. */
  failed: string | undefined;
}

/**
 * Asks every second what matters: was anything that waited for longer than its bound handled? What was not, although
 * this host should have moved it, becomes an impairment of the host; see `judge`. Looks into memory are made with each
 * tick, those that take time beside it, one at a time for each part; one that fails or does not end is an impairment
 * itself.
 */
export class Watchdog implements HostParticipant {
  readonly name = 'watchdog';
  readonly stage = 'report';
  readonly #log = new Logger('Watchdog');
  #looked: readonly Looked[] = [];
  #seen: Seen | undefined;
  #ticking: NodeJS.Timeout | undefined;

  constructor(
    private readonly list: WatchList,
    private readonly impairments: Pick<Impairments, 'report' | 'current'>,
    lifecycle: HostLifecycle,
    private readonly now: () => number = () => performance.now(),
  ) {
    lifecycle.join(this);
  }

  async start(): Promise<void> {
    const now = this.now();
    this.#seen = nothingSeen(now);
    this.#looked = this.list.all().map((watched) => ({
      watched,
      found: [],
      startedAt: -Infinity,
      succeededAt: now,
      underWay: false,
      failed: undefined,
    }));
    this.#ticking = setInterval(() => this.tick(), EVERY_MS).unref();
  }

  /** What waits in a host that drains is left to others; what was impaired stays so until the end. */
  async drain(): Promise<void> {
    clearInterval(this.#ticking);
  }

  /**
   * How much of what requests to a context began waits in it, as the last looks found it; nothing where it is not
   * named.
   */
  backlogs(): Readonly<Record<string, number>> {
    const counts = new Map<string, number>();
    for (const { backlog } of this.#looked.flatMap(({ found }) => found))
      if (backlog !== undefined) counts.set(backlog.context, (counts.get(backlog.context) ?? 0) + backlog.count);
    return Object.fromEntries(counts);
  }

  /** One look at everything, and a judgement. Called by the timer. */
  tick(): void {
    if (this.#seen === undefined) return;
    for (const looked of this.#looked) this.#look(looked);
    const now = this.now();
    if (isForgiven(this.#seen, now)) {
      const seconds = Math.round((now - this.#seen.lookedAt) / 1_000);
      this.#log.warn({
        message: `the process stood still for ${seconds} s; what waits has its full time anew`,
        seconds,
      });
    }
    const { seen, findings } = judge(
      this.#seen,
      this.#looked.flatMap((looked) => [...looked.found, ...blind(looked, now)]),
      now,
      this.impairments.current(this.name),
    );
    this.#seen = seen;
    this.impairments.report(this.name, findings);
  }

  #look(looked: Looked): void {
    const now = this.now();
    const { watched, underWay } = looked;
    // A little early rather than a whole tick late.
    if (underWay || now - looked.startedAt < (watched.everyMs ?? EVERY_MS) - EVERY_MS / 2) return;
    looked.startedAt = now;
    try {
      const found = watched.look();
      if (found instanceof Promise) void this.#await(looked, found);
      else this.#succeeded(looked, found);
    } catch (error) {
      looked.failed = codeOf(error);
    }
  }

  async #await(looked: Looked, finding: Promise<readonly Waiting[]>): Promise<void> {
    looked.underWay = true;
    try {
      this.#succeeded(looked, await finding);
    } catch (error) {
      looked.failed = codeOf(error);
    } finally {
      looked.underWay = false;
    }
  }

  #succeeded(looked: Looked, found: readonly Waiting[]): void {
    looked.found = found;
    looked.failed = undefined;
    looked.succeededAt = this.now();
  }
}

/** A part that can't be looked at: what waits there is not known. */
function blind({ watched, startedAt, succeededAt, underWay, failed }: Looked, now: number): readonly Waiting[] {
  const late = underWay && now - startedAt > LOOK_MS;
  if (failed === undefined && !late) return [];
  return [
    {
      kind: 'watchdog',
      name: watched.name,
      waitedMs: now - succeededAt,
      reason: `what waits can't be looked at: ${late ? 'no answer' : failed}`,
      lookAt: 'docs/operations/watchdog.md#watchdog',
      causes: ['database', 'broker'],
    },
  ];
}

const codeOf = (error: unknown): string =>
  error instanceof IsolithError ? error.code : error instanceof Error ? error.name : 'an error';
