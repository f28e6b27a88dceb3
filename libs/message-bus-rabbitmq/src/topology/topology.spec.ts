import { describe, expect, it } from '@jest/globals';
import { broadcastQueue, parkingQueue, queuesOf } from './topology.js';

describe('the topology', () => {
  it('is part of the wire: whoever changes it takes a new version, and with it new names', () => {
    expect([
      ...queuesOf({ lane: 'requests', context: 'orders' }),
      ...queuesOf({ lane: 'queries', context: 'orders' }),
      ...queuesOf({ lane: 'subscription', context: 'orders', subscription: 'mails' }),
    ]).toEqual([
      {
        name: 'orders.requests',
        durable: true,
        exclusive: false,
        arguments: {
          'x-queue-type': 'quorum',
          'x-overflow': 'reject-publish',
          'x-max-length': 100_000,
          'x-delivery-limit': 1_000,
        },
      },
      {
        name: 'orders.queries',
        durable: true,
        exclusive: false,
        arguments: { 'x-queue-type': 'classic', 'x-expires': 10_000 },
      },
      {
        name: 'orders.mails.dead',
        durable: true,
        exclusive: false,
        arguments: {
          'x-queue-type': 'quorum',
          'x-overflow': 'reject-publish',
          'x-max-length': 100_000,
          'x-delivery-limit': 1_000_000,
        },
      },
      {
        name: 'orders.mails',
        durable: true,
        exclusive: false,
        arguments: {
          'x-queue-type': 'quorum',
          'x-overflow': 'reject-publish',
          'x-max-length': 1_000_000,
          'x-single-active-consumer': true,
          'x-delivery-limit': 1_000,
          'x-dead-letter-exchange': '',
          'x-dead-letter-routing-key': 'orders.mails.dead',
          'x-dead-letter-strategy': 'at-least-once',
        },
      },
    ]);
  });

  it('has a transient queue only where it is exclusive: others are refused from 4.3 on', () => {
    const shared = [
      ...queuesOf({ lane: 'queries', context: 'a' }),
      ...queuesOf({ lane: 'requests', context: 'a' }),
      parkingQueue('p'),
      broadcastQueue('b'),
    ];
    expect(shared.filter(({ durable, exclusive }) => !durable && !exclusive)).toEqual([]);
  });
});
