import { beforeEach, expect, it } from '@jest/globals';
import type { RemoteHealth } from '@isolith/message-bus';
import { WatchedLink } from './watched-link.js';

let now = 0;
let health: RemoteHealth | undefined;
let link: WatchedLink;
beforeEach(() => {
  now = 0;
  health = undefined;
  link = new WatchedLink(
    () => health,
    () => now,
  );
});
const consumers = (requests: string, mails: string): RemoteHealth['consumers'] => [
  { address: 'orders.requests', state: requests },
  { address: 'orders.mails', state: mails },
];

it('a host without a link waits for nothing from it', () => {
  expect(link.look()).toEqual([]);
});

it('a link that is as it should be, or leaves its place to others for a moment, waits for nothing', () => {
  health = { connected: true, consumers: consumers('consuming', 'resting') };
  expect(link.look()).toEqual([]);
});

it('what is not consumed waits since it was seen first, under the name of its lane or subscription', () => {
  health = { connected: true, consumers: consumers('reconciling', 'reconciling') };
  link.look();
  now = 7_000;
  health = { connected: true, consumers: consumers('consuming', 'reconciling') };
  expect(link.look()).toMatchObject([
    {
      kind: 'subscription',
      name: 'orders.mails',
      waitedMs: 7_000,
      causes: ['broker', 'subscription orders.mails'],
    },
  ]);
  health = { connected: true, consumers: consumers('reconciling', 'consuming') };
  now = 9_000;
  expect(link.look()).toMatchObject([{ kind: 'lane', name: 'orders.requests', waitedMs: 0 }]);
});

it('nothing waits for what is said to all', () => {
  health = { connected: true, consumers: [{ address: 'broadcast', state: 'reconciling' }] };
  expect(link.look()).toEqual([]);
});

it('a connection that is lost waits since then, and is the cause of all that is not consumed', () => {
  health = { connected: false, consumers: consumers('reconciling', 'consuming') };
  link.look();
  now = 4_000;
  expect(link.look()).toMatchObject([
    { kind: 'broker', name: 'connection', waitedMs: 4_000 },
    { kind: 'lane', name: 'orders.requests', causes: expect.arrayContaining(['broker']) },
  ]);
});
