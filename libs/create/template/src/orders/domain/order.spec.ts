import { describe, it } from '@jest/globals';
import { given } from '@isolith/testing';
import { order } from '../infra/order-aggregate.js';
import {
  OrderAlreadyCancelled,
  OrderCancelled,
  OrderConfirmed,
  OrderNotFound,
  OrderPlaced,
  OrderRejected,
} from '../orders.contract.js';

const orderId = '0d3a1f0c-5b1e-4b9e-8a55-3f6f6c1d2e10';
const ordered = { sku: 'mug', quantity: 2 };
const reason = '1 of mug are available';
const placed = new OrderPlaced({ orderId, ...ordered });
const confirmed = new OrderConfirmed({ orderId });
const rejected = new OrderRejected({ orderId, reason });
const cancelled = new OrderCancelled({ orderId });

type State = ReturnType<typeof order.initial>;
const place = (state: State) => order.decide(state, { want: 'place', ...ordered }, orderId);
const confirm = (state: State) => order.decide(state, { want: 'confirm' }, orderId);
const reject = (state: State) => order.decide(state, { want: 'reject', reason }, orderId);
const cancel = (state: State) => order.decide(state, { want: 'cancel' }, orderId);

describe('an order', () => {
  it('is placed once', () => {
    given(order).when(place).thenRecorded(placed);
    given(order, placed).when(place).thenRecorded();
  });

  it('is confirmed once, and never after it was cancelled', () => {
    given(order, placed).when(confirm).thenRecorded(confirmed);
    given(order, placed, confirmed).when(confirm).thenRecorded();
    given(order, placed, cancelled).when(confirm).thenRefused(OrderAlreadyCancelled);
  });

  it('is rejected once, and stays cancelled where that came first', () => {
    given(order, placed).when(reject).thenRecorded(rejected);
    given(order, placed, rejected).when(reject).thenRecorded();
    given(order, placed, cancelled).when(reject).thenRecorded();
  });

  it('is cancelled once, confirmed or not yet', () => {
    given(order, placed).when(cancel).thenRecorded(cancelled);
    given(order, placed, confirmed).when(cancel).thenRecorded(cancelled);
    given(order, placed, confirmed, cancelled).when(cancel).thenRecorded();
    given(order, placed, rejected).when(cancel).thenRecorded();
  });

  it('is not cancelled before it was placed', () => {
    given(order).when(cancel).thenRefused(OrderNotFound);
  });
});
