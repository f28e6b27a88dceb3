import { describe, expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { z } from 'zod';
import { Handlers, MessageRouter, type SubscriptionInfo } from '../index.js';
import { disagreements } from './stated-and-handled.js';

class Sold extends event('sales.sold', { input: z.object({ id: z.string().max(40) }), key: 'id' }) {}
class Returned extends event('sales.returned', { input: z.object({ id: z.string().max(40) }), key: 'id' }) {}

const info = (events: readonly (typeof Sold | typeof Returned)[], more: Partial<SubscriptionInfo> = {}) => ({
  context: 'mail',
  subscription: 'letters',
  from: 'beginning' as const,
  events: events.map(({ contract }) => contract),
  ...more,
});
const here = (context: string): boolean => context === 'mail';

describe('what is stated of a subscription and what is handled (fault 14)', () => {
  it('agree, whatever the order', () => {
    expect(disagreements([info([Sold, Returned])], [info([Returned, Sold])], here)).toEqual([]);
  });

  it('are compared in both directions, and all that differs is named', () => {
    const other = info([Sold], { subscription: 'other' });
    expect(disagreements([info([Sold]), other], [info([Returned], { from: 'now' })], here)).toEqual([
      'subscription mail.other is in the list of all subscriptions, but no module of this host has it',
      'subscription mail.letters handles sales.returned, but the list of all subscriptions does not state it',
      'subscription mail.letters states sales.sold in the list of all subscriptions, but nothing handles it',
      'subscription mail.letters begins from "now", but the list of all subscriptions says "beginning"',
    ]);
  });

  it('are the business of the hosts that have the context', () => {
    expect(disagreements([info([Sold], { context: 'stock' })], [], here)).toEqual([]);
  });

  it('can not differ where there is no list', () => {
    expect(disagreements([], [info([Sold])], here)).toEqual([]);
  });

  it('keep a host that handles other events than it states from starting', () => {
    const router = new MessageRouter({ placement: { here: ['mail'] }, onError: () => undefined });
    router.subscribe(info([Sold, Returned]));
    router.subscribe(info([Sold]), [{ event: Sold, by: 'OnSold', invoke: async () => undefined }]);
    expect(router.violations()).toEqual([
      'subscription mail.letters states sales.returned in the list of all subscriptions, but nothing handles it',
    ]);
  });

  it('and a listed one stays known as it was listed to a host that only produces', () => {
    const handlers = new Handlers();
    handlers.addSubscription(info([Sold]));
    expect(handlers.allSubscriptions()).toEqual([info([Sold])]);
  });
});
