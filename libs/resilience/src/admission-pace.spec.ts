import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AdmissionPace } from './admission-pace.js';

const TICK_MS = 10;

/** Work that outlives its request, done in turn at a rate of its own; told of once a second, as hosts do. */
class Queue {
  #now = 0;
  #nextReading = 1_000;
  #owed = 0;
  #comes = 0;
  waiting = 0;
  done = 0;
  longest = 0;
  readonly pace = new AdmissionPace({}, () => this.#now);

  /** @param everyMs between two readings */
  constructor(readonly everyMs = 1_000) {}

  load(ms: number, offered: number, capacity: number): this {
    for (let left = ms; left > 0; left -= TICK_MS) {
      this.#now += TICK_MS;
      this.#comes += (offered * TICK_MS) / 1_000;
      for (; this.#comes >= 1; this.#comes -= 1) if (this.pace.admits()) this.waiting += 1;
      this.#owed += (capacity * TICK_MS) / 1_000;
      const now = Math.min(this.waiting, Math.floor(this.#owed));
      this.#owed -= Math.floor(this.#owed);
      this.waiting -= now;
      this.done += now;
      this.longest = Math.max(this.longest, this.waiting);
      if (this.#now < this.#nextReading) continue;
      this.#nextReading += this.everyMs;
      this.pace.waiting(this.waiting);
    }
    return this;
  }
}

describe('a pace of admission', () => {
  it('admits everything while what is asked for gets done', () => {
    const queue = new Queue().load(60_000, 90, 100);
    expect(queue.pace.state()).toEqual({ perSecond: undefined, refused: 0, refusedAgoMs: undefined });
  });

  it('admits about as much as gets done of three times as much, and lets no more wait than is done in seconds', () => {
    const queue = new Queue().load(20_000, 90, 30);
    const { done } = queue;
    queue.longest = 0;
    queue.load(40_000, 90, 30);
    expect((queue.done - done) / 40).toBeGreaterThan(0.9 * 30);
    expect(queue.longest).toBeLessThan(3 * 30);
    expect(queue.pace.state().perSecond).toBeGreaterThan(20);
  });

  it('works off what a burst has left, and admits everything again within seconds after it', () => {
    const queue = new Queue().load(10_000, 300, 30).load(12_000, 15, 30);
    expect(queue.waiting).toBeLessThan(30);
    expect(queue.pace.state().perSecond).toBeUndefined();
    const { refused } = queue.pace.state();
    queue.load(20_000, 25, 30);
    expect(queue.pace.state().refused).toBe(refused);
  });

  it('follows what gets done when that changes', () => {
    const queue = new Queue().load(20_000, 90, 60).load(20_000, 90, 10);
    const { done } = queue;
    queue.load(20_000, 90, 60);
    expect(queue.pace.state().perSecond).toBeGreaterThan(40);
    expect(queue.done - done).toBeGreaterThan(20 * 60 * 0.7);
  });

  it('goes on admitting a little where nothing gets done at all', () => {
    const queue = new Queue().load(60_000, 50, 0);
    const { waiting } = queue;
    queue.load(10_000, 50, 0);
    expect(queue.waiting - waiting).toBeGreaterThanOrEqual(9);
    expect(queue.waiting - waiting).toBeLessThanOrEqual(11);
  });

  it('law: whatever comes and however much gets done, what waits is bounded by seconds of what comes', () => {
    const phases = fc.array(
      fc.record({
        ms: fc.integer({ min: 1, max: 20 }),
        offered: fc.integer({ max: 200, min: 0 }),
        capacity: fc.integer({ min: 5, max: 100 }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(phases, fc.constantFrom(1_000, 2_000, 4_000), (all, everyMs) => {
        const queue = new Queue(everyMs);
        for (const { ms, offered, capacity } of all) queue.load(ms * 1_000, offered, capacity);
        // Two readings until a backlog is seen and bounded, at the most that comes; and the second that is in hand.
        expect(queue.longest).toBeLessThan(200 * ((3 * everyMs) / 1_000 + 2));
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    [{ targetMs: 0 }, 'targetMs'],
    [{ least: 0 }, 'least'],
    [{ least: Number.NaN }, 'least'],
  ])('%j is no bound', (spec, named) => {
    expect(() => new AdmissionPace(spec)).toThrow(new RegExp(named));
  });
});
