import type { SagaKey, SagaRow } from '../instance/progress.js';
import type { HeldSaga, SagaLeases } from './saga-leases.js';

interface Moving extends Omit<HeldSaga, 'token'> {
  token: number;
  readonly ended: Promise<void>;
  /** The lease was extended at this time or later (performance.now()). */
  extendedAt: number;
  /** It came here, or was saved, at this time (performance.now()). */
  movedAt: number;
  /** What has been under way since then. */
  doing: string;
}

/** A saga that this host holds, what it is at, and for how many milliseconds already. */
export interface LongestHeld {
  readonly name: string;
  readonly doing: string;
  readonly sinceMs: number;
}

/**
 * The sagas that this host is moving, and the renewal of their leases.
 *
 *   expected --its unit committed--> moving --ended, paused or lost--> (none)
 *       '--its unit rolled back--> (none)
 *
 * Every fifth of a lease those whose lease was not extended for so long, by a save or a renewal, are renewed in one
 * statement: a saga whose steps answer quickly costs none. So a renewal begins when at most two fifths are over, and
 * one that failed is tried again with the next tick; if none comes in time, another host takes over and this one learns
 * it from its next save.
 */
export class HeldSagas {
  private readonly expected = new Set<SagaKey>();
  private readonly moving = new Map<string, Moving>();
  private readonly everyMs: number;
  private timer: NodeJS.Timeout | undefined;
  private renewing: Promise<void> | undefined;

  constructor(
    private readonly leases: Pick<SagaLeases, 'renew' | 'terms'>,
    private readonly onError: (error: unknown) => void,
  ) {
    this.everyMs = leases.terms.leaseMs / 5;
  }

  /** Slots that are taken, or will be as soon as a unit commits. */
  get size(): number {
    return this.moving.size + this.expected.size;
  }

  has(key: SagaKey): boolean {
    return this.moving.has(text(key));
  }

  /** Whether it moves here, or will as soon as its unit commits. */
  isHere(key: SagaKey): boolean {
    return this.has(key) || [...this.expected].some(({ name, id }) => name === key.name && id === key.id);
  }

  /** All that a claim must leave alone: what moves, and what was inserted by a unit whose end is not known. */
  keys(): readonly SagaKey[] {
    return [...this.expected, ...this.moving.values()];
  }

  expect(key: SagaKey): void {
    this.expected.add(key);
  }

  unexpect(key: SagaKey): void {
    this.expected.delete(key);
  }

  /** Holds the saga until `work` has ended. */
  hold(key: SagaKey, work: () => Promise<void>): Promise<void> {
    const ended = work().finally(() => this.moving.delete(text(key)));
    const now = performance.now();
    this.moving.set(text(key), {
      name: key.name,
      id: key.id,
      token: 0,
      ended,
      extendedAt: now,
      movedAt: now,
      doing: 'the read of its row',
    });
    this.timer ??= setInterval(() => this.renew(), this.everyMs).unref();
    return ended;
  }

  /** Its lease was just extended, under the row's token. */
  extended({ name, id, token, step, done }: Pick<SagaRow, 'name' | 'id' | 'token' | 'step' | 'done'>): void {
    const moving = this.moving.get(text({ name, id }));
    if (moving === undefined) return;
    const now = performance.now();
    const last = done.at(-1);
    moving.token = token;
    moving.extendedAt = now;
    moving.movedAt = now;
    moving.doing =
      step !== null ? `step ${step}` : last === undefined ? 'telling its failure' : `the compensation of step ${last}`;
  }

  /** The one that has been at the same thing for longest; undefined when none moves. */
  longest(): LongestHeld | undefined {
    let longest: Moving | undefined;
    for (const moving of this.moving.values())
      if (longest === undefined || moving.movedAt < longest.movedAt) longest = moving;
    if (longest === undefined) return undefined;
    const { name, doing, movedAt } = longest;
    return { name, doing, sinceMs: performance.now() - movedAt };
  }

  async idle(): Promise<void> {
    await Promise.all([...this.moving.values()].map(({ ended }) => ended));
  }

  /** Renews no more; resolves when the renewal under way has ended. */
  async stop(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    await this.renewing;
  }

  private renew(): void {
    if (this.moving.size === 0) return this.rest();
    if (this.renewing !== undefined) return;
    const now = performance.now();
    const before = now - this.everyMs;
    const stale = [...this.moving.values()].filter(({ token, extendedAt }) => token > 0 && extendedAt <= before);
    if (stale.length === 0) return;
    // Until it has succeeded nothing is extended, whatever becomes of the statement.
    const extended = (): void => {
      for (const moving of stale) moving.extendedAt = Math.max(moving.extendedAt, now);
    };
    this.renewing = this.leases
      .renew(stale)
      .then(extended, this.onError)
      .finally(() => {
        this.renewing = undefined;
      });
  }

  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

const text = ({ name, id }: SagaKey): string => `${name} ${id}`;
