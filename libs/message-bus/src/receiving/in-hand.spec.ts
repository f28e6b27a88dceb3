import { beforeEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError, type Envelope } from '@isolith/contracts';
import { InHand, type NoteRest, type NoteStep } from './in-hand.js';

let now = 0;
let hand: InHand;
beforeEach(() => {
  now = 0;
  hand = new InHand(() => now);
});
const at = (second: number): void => void (now = second * 1_000);

const message = (kind: Envelope['kind'], more: Partial<Envelope> = {}): Envelope => ({
  specversion: '1.0',
  id: 'm-1',
  source: '/orders',
  type: `stock.${kind}`,
  time: new Date(0).toISOString(),
  kind,
  schemaversion: 1,
  correlationid: 'c',
  data: {},
  ...more,
});

it('what is in hand is counted by lane and subscription, as long as it is', async () => {
  const first = hand.request(message('query'), 'stock');
  hand.request(message('query', { id: 'm-2' }), 'stock');
  await hand.event(message('event'), { context: 'mails', subscription: 'watch' }, 10_000, async () => {
    expect(hand.counts()).toEqual({ 'stock.queries': 2, 'mails.watch': 1 });
  });
  first.done();
  expect(hand.counts()).toEqual({ 'stock.queries': 1 });
  expect(hand.begun()).toEqual({ 'stock.queries': 2, 'stock.requests': 0, 'mails.watch': 1 });
});

describe('a request', () => {
  it('that is handled is in nobody’s hands', () => {
    hand.request(message('command'), 'stock').done();
    at(60);
    expect(hand.waiting()).toEqual([]);
  });

  it('waits at the lane of its kind since it was taken', () => {
    at(1);
    hand.request(message('query'), 'stock');
    at(4);
    hand.request(message('query', { id: 'm-2' }), 'stock');
    at(14);
    expect(hand.waiting()).toMatchObject([
      {
        kind: 'lane',
        name: 'stock.queries',
        waitedMs: 13_000,
        boundMs: 10_000,
        reason: 'stock.query has been in hand for 13 s',
      },
    ]);
  });

  it('may take as long as its caller waits, and a little to say so', () => {
    hand.request(message('command', { deadline: now + 30_000 }), 'stock');
    expect(hand.waiting()).toMatchObject([{ name: 'stock.requests', boundMs: 32_000 }]);
  });

  it('is told of where it is furthest beyond its bound, not where it has waited longest', () => {
    hand.request(message('command', { type: 'stock.slow', deadline: now + 60_000 }), 'stock');
    at(5);
    hand.request(message('command', { type: 'stock.quick', deadline: now }), 'stock');
    at(20);
    expect(hand.waiting()).toMatchObject([{ waitedMs: 15_000, reason: expect.stringContaining('stock.quick') }]);
  });
});

describe('an event', () => {
  const MAILS = { context: 'mail', subscription: 'letters' };
  const dealing = (id = 'e-1') => {
    const end = Promise.withResolvers<void>();
    let note: NoteRest = () => undefined;
    let step: NoteStep = () => undefined;
    const dealt = hand
      .event(message('event', { id }), MAILS, 10_000, (told, stepped) => {
        note = told;
        step = stepped;
        return end.promise;
      })
      .catch(() => undefined);
    return { note: (rest: Parameters<NoteRest>[0]) => note(rest), step: () => step(), end, dealt };
  };

  it('is in hand until it is dealt with', async () => {
    const { end, dealt } = dealing();
    at(12);
    expect(hand.waiting()).toMatchObject([{ kind: 'subscription', name: 'mail.letters', waitedMs: 12_000 }]);
    end.resolve();
    await dealt;
    expect(hand.waiting()).toEqual([]);
  });

  it('that rests between its attempts, as its policy says, waits for nobody, and begins to wait when it goes on', () => {
    const { note } = dealing();
    at(2);
    note({ why: 'retry', attempts: 1, thrown: new Error('broken'), ms: 600_000 });
    at(500);
    expect(hand.waiting()).toEqual([]);
    at(602);
    note(undefined);
    at(607);
    expect(hand.waiting()).toMatchObject([{ waitedMs: 5_000 }]);
  });

  it('that waits for an outage to end waits all the while, over all its attempts', () => {
    const { note } = dealing();
    for (const attempts of [1, 2, 3]) {
      at(5 * attempts);
      note({ why: 'outage', attempts, thrown: new NotDeliveredError('10.1.2.3 is away'), ms: 5_000 });
    }
    at(16);
    expect(hand.waiting()).toMatchObject([
      { waitedMs: 16_000, reason: 'stock.event waits for an outage to end, attempt 3: not-delivered' },
    ]);
  });

  it('whose handler has come further than ever waits from then on', () => {
    const { step, note } = dealing();
    at(9);
    step();
    at(18);
    expect(hand.waiting()).toMatchObject([{ waitedMs: 9_000 }]);
    note({ why: 'outage', attempts: 1, thrown: new NotDeliveredError('away'), ms: 1_000 });
    at(20);
    // The next run begins with what the one before had done.
    step();
    expect(hand.waiting()).toMatchObject([{ waitedMs: 11_000, reason: expect.stringContaining('outage') }]);
    step();
    expect(hand.waiting()).toMatchObject([{ waitedMs: 0, reason: 'stock.event has been in hand for 0 s' }]);
  });

  it('that comes again after it was rejected has not come further by what it had done before', async () => {
    const first = dealing();
    first.step();
    first.end.reject(new Error('no'));
    await first.dealt;
    at(5);
    const again = dealing();
    again.step();
    expect(hand.waiting()).toMatchObject([{ waitedMs: 5_000 }]);
    again.step();
    expect(hand.waiting()).toMatchObject([{ waitedMs: 0 }]);
  });

  it('that was rejected waits since it was taken first, until it is dealt with', async () => {
    const first = dealing();
    at(3);
    first.end.reject(new TypeError('no such column'));
    await first.dealt;
    at(5);
    expect(hand.waiting()).toMatchObject([
      {
        waitedMs: 5_000,
        reason: 'an event was rejected, attempt 1: TypeError',
        causes: expect.arrayContaining(['database mail']),
      },
    ]);
    const again = dealing();
    at(8);
    expect(hand.waiting()).toMatchObject([{ waitedMs: 8_000, reason: expect.stringContaining('rejected 1 times') }]);
    again.end.resolve();
    await again.dealt;
    expect(hand.waiting()).toEqual([]);
  });

  it('that was rejected and does not come again has gone to another host', async () => {
    const { end, dealt } = dealing();
    end.reject(new Error('no'));
    await dealt;
    at(31);
    expect(hand.waiting()).toEqual([]);
  });

  it('is remembered when it is rejected, but not any number of them', async () => {
    for (let nth = 0; nth < 1_100; nth += 1) {
      const { end, dealt } = dealing(`e-${nth}`);
      end.reject(new Error('no'));
      await dealt;
    }
    at(31);
    expect(hand.waiting()).toEqual([]);
  });
});
