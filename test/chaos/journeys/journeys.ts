import { setTimeout as pause } from 'node:timers/promises';
import type { PlannedJourney } from '../plan/run-plan.js';
import { place, type PlacedOrder } from './place.js';
import type { Selling } from './selling.js';
import { follow } from './sequel.js';
import { hasEnded, untilStatus } from './until-status.js';

/** The journeys of one run, begun in their planned order, several at a time. */
export class Journeys {
  private readonly begun: Promise<void>[] = [];
  private readonly placed: PlacedOrder[] = [];
  private readonly broken: string[] = [];
  private next = 0;

  constructor(
    private readonly selling: Selling,
    private readonly planned: readonly PlannedJourney[],
  ) {}

  /** Begins so many more at once; beyond the planned ones it starts again from the first plan. */
  begin(count: number): void {
    for (let started = 0; started < count; started += 1) {
      const plan = this.planned[this.next % this.planned.length];
      this.next += 1;
      if (plan !== undefined) this.begun.push(this.travel(plan));
    }
  }

  /** Begins so many more, each some moments after the one before. */
  async trickle(count: number): Promise<void> {
    for (let started = 0; started < count; started += 1) {
      await pause(this.planned[this.next % this.planned.length]?.pauseMs ?? 0);
      this.begin(1);
    }
  }

  /**
   * Resolves when all that began are over, and every call that placed an order has been sent once more.
   * @returns what clients were promised and did not get
   */
  async over(): Promise<readonly string[]> {
    await Promise.all(this.begun);
    await Promise.all(this.placed.map((order) => this.note(order.repeat())));
    return this.broken;
  }

  get count(): number {
    return this.placed.length;
  }

  private travel(plan: PlannedJourney): Promise<void> {
    return this.note(
      (async () => {
        const order = await place(this.selling, plan);
        this.placed.push(order);
        await follow[plan.sequel](this.selling, order);
        await untilStatus(order, hasEnded);
      })(),
    );
  }

  /** Whatever stops one journey, the others go on. */
  private async note(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      this.broken.push(error instanceof Error ? error.message : String(error));
    }
  }
}
