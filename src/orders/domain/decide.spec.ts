import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { given, type Decided } from '@isolith/testing';
import { order } from '../infra/order-aggregate.js';
import {
  OrderAlreadyCancelled,
  OrderNotCancellable,
  OrderNotFound,
  OrderNotReturnable,
  UnexpectedOrderStatus,
} from '../orders.contract.js';
import { happened, intents, orderId, stories, type Story } from '../testing/order-stories.js';
import type { OrderEvent } from './events.js';
import type { Intent } from './intents.js';

type State = ReturnType<typeof order.initial>;
const NOTHING: readonly OrderEvent[] = [];

/** What is recorded, or the failure that refuses it. */
type Expected = readonly OrderEvent[] | (new (...args: never[]) => Error);

const when = (story: Story, want: Intent['want']) => given(order, ...stories[story]).when(intents[want], orderId);

function expectThat(decided: Decided<OrderEvent>, expected: Expected): void {
  if (typeof expected === 'function') decided.thenRefused(expected);
  else decided.thenRecorded(...expected);
}

/** One row per state, for one intent: what it leads to. All states that are not named lead to `others`. */
function table(want: Intent['want'], expected: Partial<Record<Story, Expected>>, others: Expected): void {
  describe(`when somebody wants to ${want}`, () => {
    const states = Object.keys(stories).filter((story): story is Story => story in stories);
    it.each(states)('an order that is %s', (story) => {
      expectThat(when(story, want), expected[story] ?? (story === 'never placed' ? OrderNotFound : others));
    });
  });
}

table('place', { 'never placed': [happened.placed] }, NOTHING);

table(
  'confirm',
  {
    pending: [happened.confirmed],
    'cancelled while pending': OrderAlreadyCancelled,
    'cancelled while pending and settled': OrderAlreadyCancelled,
    'cancelled after confirmation': OrderAlreadyCancelled,
    rejected: UnexpectedOrderStatus,
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
  UnexpectedOrderStatus,
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
  OrderNotCancellable,
);

table(
  'mark-cancelled',
  {
    'being cancelled': [happened.cancelled],
    'cancelled while pending': NOTHING,
    'cancelled while pending and settled': NOTHING,
    'cancelled after confirmation': NOTHING,
  },
  UnexpectedOrderStatus,
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
  UnexpectedOrderStatus,
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
  UnexpectedOrderStatus,
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
  UnexpectedOrderStatus,
);

table(
  'request-return',
  {
    delivered: [happened.returnRequested],
    'being returned': NOTHING,
    returned: NOTHING,
  },
  OrderNotReturnable,
);

table('mark-returned', { 'being returned': [happened.returned], returned: NOTHING }, UnexpectedOrderStatus);

describe('a refusal', () => {
  it('says shipped when the goods have left, though the order does not know it yet', () => {
    const refused = when('too late to cancel', 'cancel').thenRefused(OrderNotCancellable);
    expect(refused.data).toEqual({ orderId, status: 'shipped' });
  });
});

describe('a decision', () => {
  const anyIntents = fc.array(fc.constantFrom(...Object.values(intents)), { maxLength: 30 });

  function live(wanted: readonly Intent[], after: (state: State, intent: Intent) => void): void {
    let state = order.initial();
    for (const intent of wanted) {
      try {
        state = order.decide(state, intent, orderId).reduce<State>(order.evolve, state);
      } catch {
        continue;
      }
      after(state, intent);
    }
  }

  it('leaves nothing to decide when the same is wanted again', () => {
    fc.assert(
      fc.property(anyIntents, (wanted) =>
        live(wanted, (state, intent) => {
          expect(order.decide(state, intent, orderId)).toEqual([]);
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
        live(wanted, (state) => seen.push(state.placed ? state.status : 'none'));
        const end = seen.findIndex((status) => final.includes(status));
        expect(new Set(end < 0 ? [] : seen.slice(end)).size).toBeLessThanOrEqual(1);
      }),
      { verbose: 1 },
    );
  });
});
