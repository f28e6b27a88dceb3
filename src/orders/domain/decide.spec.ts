import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { OrderNotCancellable } from '../orders.contract.js';
import { decide } from './decide.js';
import type { OrderEvent } from './events.js';
import { given, happened, intents, orderId, stories, when, type Story } from '../testing/order-stories.js';
import { evolve, noOrder, type Order } from './order.js';
import type { Intent } from './intents.js';

const NOTHING: readonly OrderEvent[] = [];
const unexpected = 'orders.unexpected-order-status';
const notFound = 'orders.order-not-found';

type Expected = readonly OrderEvent[] | string;

/** One row per state, for one intent: what it leads to. All states that are not named lead to `others`. */
function table(want: Intent['want'], expected: Partial<Record<Story, Expected>>, others: Expected): void {
  describe(`when somebody wants to ${want}`, () => {
    const states = Object.keys(stories).filter((story): story is Story => story in stories);
    it.each(states)('an order that is %s', (story) => {
      expect(when(story, want)).toEqual(expected[story] ?? (story === 'never placed' ? notFound : others));
    });
  });
}

table('place', { 'never placed': [happened.placed] }, NOTHING);

table(
  'confirm',
  {
    pending: [happened.confirmed],
    'cancelled while pending': 'orders.order-already-cancelled',
    'cancelled while pending and settled': 'orders.order-already-cancelled',
    'cancelled after confirmation': 'orders.order-already-cancelled',
    rejected: unexpected,
  },
  NOTHING,
);

table(
  'reject',
  {
    pending: [happened.rejected],
    rejected: NOTHING,
    'cancelled while pending': [happened.settled],
    'cancelled after confirmation': [happened.settled],
    'cancelled while pending and settled': NOTHING,
  },
  unexpected,
);

table(
  'cancel',
  {
    pending: [happened.cancelled],
    confirmed: [happened.cancellationRequested],
    'being cancelled': NOTHING,
    'cancelled while pending': NOTHING,
    'cancelled while pending and settled': NOTHING,
    'cancelled after confirmation': NOTHING,
  },
  'orders.order-not-cancellable',
);

table(
  'mark-cancelled',
  {
    'being cancelled': [happened.cancelled],
    'cancelled while pending': NOTHING,
    'cancelled while pending and settled': NOTHING,
    'cancelled after confirmation': NOTHING,
  },
  unexpected,
);

table(
  'refuse-cancellation',
  {
    'being cancelled': [happened.cancellationRefused],
    'shipped while being cancelled': [happened.cancellationRefused],
  },
  NOTHING,
);

table(
  'settle',
  {
    'cancelled while pending': [happened.settled],
    'cancelled after confirmation': [happened.settled],
    'cancelled while pending and settled': NOTHING,
  },
  unexpected,
);

table(
  'ship',
  {
    confirmed: [happened.shipped],
    'being cancelled': [happened.shipped],
    'too late to cancel': [happened.shipped],
    shipped: NOTHING,
    'shipped while being cancelled': NOTHING,
    delivered: NOTHING,
    'being returned': NOTHING,
    returned: NOTHING,
  },
  unexpected,
);

table(
  'deliver',
  {
    shipped: [happened.delivered],
    'shipped while being cancelled': [happened.delivered],
    delivered: NOTHING,
    'being returned': NOTHING,
    returned: NOTHING,
  },
  unexpected,
);

table(
  'request-return',
  {
    delivered: [happened.returnRequested],
    'being returned': NOTHING,
    returned: NOTHING,
  },
  'orders.order-not-returnable',
);

table('mark-returned', { 'being returned': [happened.returned], returned: NOTHING }, unexpected);

describe('a refusal', () => {
  it('says shipped when the goods have left, though the order does not know it yet', () => {
    const refused = (): unknown => decide(orderId, given('too late to cancel'), intents.cancel);
    expect(refused).toThrow(new OrderNotCancellable({ orderId, status: 'shipped' }));
  });
});

describe('a decision', () => {
  const anyIntents = fc.array(fc.constantFrom(...Object.values(intents)), { maxLength: 30 });

  function live(wanted: readonly Intent[], after: (order: Order, intent: Intent) => void): void {
    let order = noOrder();
    for (const intent of wanted) {
      try {
        order = decide(orderId, order, intent).reduce<Order>(evolve, order);
      } catch {
        continue;
      }
      after(order, intent);
    }
  }

  it('leaves nothing to decide when the same is wanted again', () => {
    fc.assert(
      fc.property(anyIntents, (wanted) =>
        live(wanted, (order, intent) => {
          expect(decide(orderId, order, intent)).toEqual([]);
        }),
      ),
      { verbose: 1 },
    );
  });

  it('never leads out of a state that is final', () => {
    const final = ['rejected', 'cancelled', 'returned'];
    fc.assert(
      fc.property(anyIntents, (wanted) => {
        const seen: string[] = [];
        live(wanted, (order) => seen.push(order.placed ? order.status : 'none'));
        const end = seen.findIndex((status) => final.includes(status));
        expect(new Set(end < 0 ? [] : seen.slice(end)).size).toBeLessThanOrEqual(1);
      }),
      { verbose: 1 },
    );
  });
});
