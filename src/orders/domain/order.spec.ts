import { describe, expect, it } from '@jest/globals';
import { given } from '@isolith/testing';
import { order } from '../infra/order-aggregate.js';
import { happened, stories, type Story } from '../testing/order-stories.js';
import { evolve, noOrder } from './order.js';

const after = (story: Story) => given(order, ...stories[story]).state;

const states: readonly [Story, string, boolean][] = [
  ['pending', 'pending', false],
  ['rejected', 'rejected', true],
  ['cancelled while pending', 'cancelled', false],
  ['cancelled while pending and settled', 'cancelled', true],
  ['confirmed', 'confirmed', true],
  ['being cancelled', 'confirmed', false],
  ['too late to cancel', 'confirmed', true],
  ['cancelled after confirmation', 'cancelled', false],
  ['shipped', 'shipped', true],
  ['shipped while being cancelled', 'shipped', false],
  ['delivered', 'delivered', true],
  ['being returned', 'delivered', false],
  ['returned', 'returned', true],
];

describe('the state of an order', () => {
  it.each(states)('%s: status %s, money settled: %s', (story, status, settled) => {
    expect(after(story)).toMatchObject({ placed: true, status, settled });
  });

  it('knows what was placed', () => {
    const { orderId, customerId, totalMinor, currency } = happened.placed;
    expect(after('pending')).toMatchObject({ orderId, customerId, totalMinor, currency });
  });

  it('ignores what happened before there was an order', () => {
    expect(evolve(noOrder(), happened.shipped)).toEqual(noOrder());
  });

  it('stays unsettled when the refusal of a cancellation comes during a return', () => {
    expect(evolve(after('being returned'), happened.cancellationRefused)).toMatchObject({ settled: false });
  });
});
