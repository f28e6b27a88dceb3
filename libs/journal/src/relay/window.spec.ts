import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedEvent } from './journal-reader.js';
import { Window, type KeyQueue } from './window.js';

const SIZE = 8;
const PER_KEY = 3;

const event = (position: number, key: string): RecordedEvent => ({
  position,
  envelope: {
    specversion: '1.0',
    id: String(position),
    source: '/s',
    type: 's.t',
    time: '',
    subject: key,
    kind: 'event',
    schemaversion: 1,
    correlationid: 'c',
    data: {},
  },
});

/** A relay without time: `pick` says what happens next. */
class Model {
  readonly window: Window;
  readonly finished = new Set<number>();
  readonly order: string[][] = [];
  private readonly lanes: KeyQueue[] = [];
  private readonly journal: readonly RecordedEvent[];
  private next = 0;

  constructor(
    keys: readonly number[],
    readonly start: number,
  ) {
    // Positions have gaps: other types, units that rolled back.
    this.journal = keys.map((key, nth) => event(start + 2 * nth + 1, `k${key}`));
    this.window = new Window(start, SIZE, PER_KEY);
  }

  get done(): boolean {
    return this.next === this.journal.length && this.lanes.length === 0;
  }

  step(pick: number): void {
    const admits = this.next < this.journal.length && this.window.hasRoom;
    const choice = pick % (this.lanes.length + (admits ? 1 : 0));
    const lane = this.lanes[choice];
    if (lane === undefined) this.admit();
    else this.serve(lane);
  }

  private admit(): void {
    const event = this.journal[this.next];
    if (event === undefined) throw new Error('nothing to admit');
    this.next += 1;
    const lane = this.window.admit(event.envelope.subject ?? '', event);
    if (lane !== undefined) this.lanes.push(lane);
  }

  private serve(lane: KeyQueue): void {
    const first = this.window.first(lane);
    if (first !== undefined) {
      this.order.push([lane.key, first.envelope.id]);
      this.window.finish(lane);
      this.finished.add(first.position);
      return;
    }
    const range = this.window.skippedOf(lane);
    if (range === undefined) {
      this.window.close(lane);
      this.lanes.splice(this.lanes.indexOf(lane), 1);
      return;
    }
    const found = this.journal
      .filter(
        ({ position, envelope }) => envelope.subject === lane.key && position > range.after && position <= range.upTo,
      )
      .slice(0, range.limit);
    this.window.refill(lane, found, found.length === range.limit ? (found.at(-1)?.position ?? range.upTo) : range.upTo);
  }

  /** The highest position up to which everything that was seen is finished. */
  get expected(): number {
    const seen = this.journal.slice(0, this.next);
    const open = seen.find(({ position }) => !this.finished.has(position));
    return open === undefined ? (seen.at(-1)?.position ?? this.start) : open.position - 1;
  }

  /** No key waits for its skipped events to be read again. */
  get settled(): boolean {
    return this.lanes.every((lane) => this.window.first(lane) !== undefined);
  }

  everyKeyInOrder(): boolean {
    const journal = (key: string): string[] =>
      this.journal.filter(({ envelope }) => envelope.subject === key).map(({ envelope }) => envelope.id);
    return [...new Set(this.order.map(([key]) => key))].every(
      (key) =>
        JSON.stringify(this.order.filter(([of]) => of === key).map(([, id]) => id)) ===
        JSON.stringify(journal(key ?? '')),
    );
  }
}

describe('a window', () => {
  it('never lets its watermark pass an unfinished event, nor come back, whatever finishes when', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { maxLength: 60 }),
        fc.nat(1_000),
        fc.infiniteStream(fc.nat()),
        (keys, start, picks) => {
          const model = new Model(keys, start);
          let before = start;
          for (let steps = 0; !model.done; steps += 1) {
            expect(steps).toBeLessThan(10_000);
            model.step(picks.next().value ?? 0);
            const mark = model.window.watermark();
            // A key whose skipped events are being read again is known up to its last finished one.
            if (model.settled) expect(mark).toBe(model.expected);
            else expect(mark).toBeLessThanOrEqual(model.expected);
            expect(mark).toBeGreaterThanOrEqual(before);
            expect(model.window.unfinished).toBeLessThanOrEqual(SIZE + 6);
            before = mark;
          }
          expect(model.window.watermark()).toBe(model.expected);
          expect(model.finished.size).toBe(keys.length);
          expect(model.everyKeyInOrder()).toBe(true);
          expect(model.window.hasRoom).toBe(true);
          expect(model.window.unfinished).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('takes few events of one key, so that others have room', () => {
    const window = new Window(0, SIZE, PER_KEY);
    for (let position = 1; position <= 100; position += 1) window.admit('hot', event(position, 'hot'));
    expect(window.unfinished).toBe(PER_KEY);
    expect(window.hasRoom).toBe(true);
    expect(window.seenUpTo).toBe(100);
    expect(window.watermark()).toBe(0);
  });
});
