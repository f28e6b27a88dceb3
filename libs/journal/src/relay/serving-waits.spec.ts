import { beforeEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError } from '@isolith/contracts';
import type { JournalBatch } from './journal-reader.js';
import { ServingWaits } from './serving-waits.js';

const batch: JournalBatch = { events: [], upTo: 0, more: false };
const one = { key: 'one' };
const other = { key: 'other' };
const away = new NotDeliveredError('amqp://10.1.2.3 cannot be reached');

let now = 0;
let waits: ServingWaits;
beforeEach(() => {
  now = 0;
  waits = new ServingWaits(false, () => now);
});
const at = (second: number): void => void (now = second * 1_000);

describe('a subscription with nothing to hand over', () => {
  it('waits for nothing, however long it is idle', () => {
    waits.reads();
    waits.hasRead(batch);
    at(3_600);
    expect(waits.longest()).toBeUndefined();
  });
});

describe('the journal', () => {
  it('that can not be read waits since the first read that failed began', () => {
    at(2);
    waits.reads();
    at(7);
    waits.readFailed(away);
    waits.reads();
    at(9);
    waits.readFailed(away);
    at(15);
    expect(waits.longest()).toMatchObject({
      waitedMs: 13_000,
      reason: "its journal can't be read (not-delivered), 2 times in a row",
      causes: ['database'],
    });
    waits.reads();
    waits.hasRead(batch);
    expect(waits.longest()).toBeUndefined();
  });

  it('that gives no answer waits since it was asked', () => {
    at(2);
    waits.reads();
    at(8);
    expect(waits.longest()).toMatchObject({ waitedMs: 6_000, reason: 'a read of its journal gets no answer' });
  });

  it('that an open transaction holds back waits since it was seen first', () => {
    for (const second of [1, 2, 3]) {
      at(second);
      waits.reads();
      waits.hasRead({ ...batch, held: true });
    }
    expect(waits.heldMs).toBe(2_000);
    waits.hasRead(batch);
    expect(waits.heldMs).toBe(0);
    expect(waits.longest()).toBeUndefined();
  });
});

describe('an event', () => {
  it('that nobody takes waits since it was handed over, over all attempts', () => {
    at(1);
    waits.delivers(one);
    at(5);
    waits.delivers(other);
    expect(waits.longest()).toMatchObject({ waitedMs: 4_000, reason: expect.stringContaining('nobody has taken it') });
    waits.rejected(one, away);
    at(6);
    waits.delivers(one);
    waits.rejected(one, away);
    expect(waits.longest()).toMatchObject({
      waitedMs: 5_000,
      reason: 'an event was not taken, attempt 2: not-delivered',
      detail: 'amqp://10.1.2.3 cannot be reached',
    });
    waits.taken(one);
    expect(waits.longest()).toMatchObject({ waitedMs: 1_000 });
    waits.taken(other);
    expect(waits.longest()).toBeUndefined();
  });

  it('that a handler of this process has in hand is for that one to tell of, one that rests is not', () => {
    waits = new ServingWaits(true, () => now);
    waits.delivers(one);
    at(60);
    expect(waits.longest()).toBeUndefined();
    waits.rejected(one, away);
    expect(waits.longest()).toMatchObject({ waitedMs: 60_000 });
    waits.delivers(one);
    expect(waits.longest()).toBeUndefined();
  });
});
