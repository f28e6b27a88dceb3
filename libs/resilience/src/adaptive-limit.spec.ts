import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { AdaptiveLimit } from './adaptive-limit.js';

/**
 * A server that works off one request after the other, in simulated time; what waits behind the one at work is its
 * queue.
 */
class Server {
  now = 0;
  freeAt = 0;
  readonly took: { readonly at: number; readonly ms: number }[] = [];
  refusedAt: number[] = [];
  #pending: { readonly at: number; readonly kind: string; readonly since: number }[] = [];
  readonly limit: AdaptiveLimit;

  constructor(spec: ConstructorParameters<typeof AdaptiveLimit>[0] = {}) {
    this.limit = new AdaptiveLimit(spec, () => this.now);
  }

  /**
   * Something arrives that takes so long; `alone`: it waits for nobody and nobody for it, as what waits for another
   * system.
   */
  arrives(at: number, serviceMs: number, { kind = 'get', alone = false } = {}): void {
    this.runUntil(at);
    this.now = at;
    if (!this.limit.begin()) return void this.refusedAt.push(at);
    const end = alone ? at + serviceMs : Math.max(this.freeAt, at) + serviceMs;
    if (!alone) this.freeAt = end;
    this.#pending.push({ at: end, kind, since: at });
    this.#pending.sort((a, b) => a.at - b.at);
  }

  runUntil(at: number): void {
    for (let next = this.#pending[0]; next !== undefined && next.at <= at; next = this.#pending[0]) {
      this.#pending.shift();
      this.now = next.at;
      this.took.push({ at: next.at, ms: next.at - next.since });
      this.limit.ended({ kind: next.kind, ms: next.at - next.since });
    }
    this.now = at;
  }

  /** So many a second, evenly, for so long. */
  load(perSecond: number, seconds: number, serviceMs: number, options = {}): void {
    const from = this.now;
    for (let nth = 0; nth < perSecond * seconds; nth += 1)
      this.arrives(from + (nth * 1_000) / perSecond, serviceMs, options);
    this.runUntil(from + seconds * 1_000);
  }

  p99(from: number, to = Infinity): number {
    const sorted = this.took
      .filter(({ at }) => at >= from && at < to)
      .map(({ ms }) => ms)
      .toSorted((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
  }

  refusedSince(from: number): number {
    return this.refusedAt.filter((at) => at >= from).length;
  }
}

describe('AdaptiveLimit', () => {
  it.each([0.5, 1, 5])(
    'of three times what a server does at %d ms each, takes on what it does, with a bounded wait',
    (serviceMs) => {
      const server = new Server();
      const capacity = 1_000 / serviceMs;
      server.load(capacity / 2, 2, serviceMs);
      expect(server.refusedAt).toEqual([]);
      const from = server.now;
      server.load(capacity * 3, 60, serviceMs);
      const settled = from + 5_000;
      const done = server.took.filter(({ at }) => at >= settled).length;
      expect(done / (55 * capacity)).toBeGreaterThan(0.95);
      expect(server.p99(settled)).toBeLessThan(250);
      // What is seen in a long overload does not become what is usual.
      expect(server.p99(from + 50_000)).toBeLessThan(250);
      // Back to normal.
      const over = server.now;
      server.load(capacity / 2, 5, serviceMs);
      server.load(capacity / 2, 5, serviceMs);
      expect(server.refusedSince(over + 5_000)).toBe(0);
      expect(server.p99(over + 5_000)).toBeLessThan(serviceMs * 2);
    },
  );

  it('takes on a burst whole that is worked off, and the next', () => {
    const server = new Server();
    for (let burst = 0; burst < 10; burst += 1) {
      for (let nth = 0; nth < 200; nth += 1) server.arrives(server.now, 1);
      server.load(100, 2, 1);
    }
    expect(server.refusedAt).toEqual([]);
  });

  it('refuses what comes behind a system that hangs, beyond its bound, and nothing before', () => {
    const limit = new AdaptiveLimit({ most: 50 }, () => 0);
    const began = Array.from({ length: 80 }, () => limit.begin());
    expect(began.filter((one) => one)).toHaveLength(50);
    expect(limit.state()).toMatchObject({ inFlight: 50, refused: 30, refusedAgoMs: 0 });
  });

  it('holds nothing up for long that is slow of itself and not for a queue', () => {
    const server = new Server();
    server.load(200, 5, 10, { alone: true });
    const from = server.now;
    // 400 at once in flight, twenty times as slow as before.
    server.load(200, 30, 2_000, { alone: true });
    expect(server.refusedSince(from + 15_000)).toBe(0);
  });

  it('keeps what is usual apart by kind: what is slow makes nothing of what is fast', () => {
    const server = new Server();
    for (let second = 0; second < 20; second += 1) {
      server.load(20, 0.5, 400, { kind: 'slow', alone: true });
      server.load(500, 0.5, 1, { kind: 'fast' });
    }
    expect(server.refusedAt).toEqual([]);
    expect(server.limit.state().limit).toBe(512);
  });

  it('leaves the rest of the limit to what matters more', () => {
    const limit = new AdaptiveLimit({ least: 1, most: 10 });
    const reads = Array.from({ length: 10 }, () => limit.begin(0.8));
    expect(reads.filter((one) => one)).toHaveLength(8);
    expect([limit.begin(), limit.begin(), limit.begin()]).toEqual([true, true, false]);
  });

  it('says beforehand whether one more is refused, and counts that it was', () => {
    const limit = new AdaptiveLimit({ least: 1, most: 2 });
    expect([limit.refuses(), limit.begin(), limit.refuses(), limit.begin(), limit.refuses()]).toEqual([
      false,
      true,
      false,
      true,
      true,
    ]);
    expect(limit.state()).toMatchObject({ inFlight: 2, refused: 1 });
  });

  it('what failed or was turned away early ends, and says nothing of a queue', () => {
    let now = 0;
    const limit = new AdaptiveLimit({ targetMs: 10, least: 1 }, () => now);
    for (let nth = 0; nth < 100; nth += 1) {
      limit.begin();
      limit.ended({ kind: 'a', ms: 1 });
      now += 10;
    }
    for (let nth = 0; nth < 100; nth += 1) limit.begin();
    for (let nth = 0; nth < 100; nth += 1) {
      now += 10;
      limit.ended();
    }
    expect(limit.state()).toMatchObject({ limit: 512, inFlight: 0, refused: 0 });
  });

  it('law: what is in flight is what began and has not ended, and never more than the most', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.nat(500), fc.constantFrom(0.5, 1)), { maxLength: 400, size: 'max' }),
        fc.integer({ min: 1, max: 8 }),
        (steps, least) => {
          let now = 0;
          const limit = new AdaptiveLimit({ least, most: least + 8 }, () => now);
          const open: number[] = [];
          for (const [begins, ms, share] of steps) {
            now += ms;
            if (begins) {
              const mayAlways = open.length < Math.max(1, least * share);
              const began = limit.begin(share);
              if (mayAlways) expect(began).toBe(true);
              if (began) open.push(now);
            } else if (open.length > 0) limit.ended({ kind: 'a', ms: now - (open.shift() ?? now) });
            const { inFlight, limit: most } = limit.state();
            expect(inFlight).toBe(open.length);
            expect(inFlight).toBeLessThanOrEqual(least + 8);
            expect(most).toBeGreaterThanOrEqual(least);
            expect(most).toBeLessThanOrEqual(least + 8);
          }
        },
      ),
    );
  });

  it('names what is no bound', () => {
    expect(() => new AdaptiveLimit({ targetMs: 0, least: 0.5, most: 0 })).toThrow(
      'adaptive limit: targetMs must be more than 0; least must be a whole number of at least 1; most must be a whole number, and no less than least',
    );
  });
});
