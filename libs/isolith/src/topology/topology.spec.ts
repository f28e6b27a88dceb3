import { expect, it } from '@jest/globals';
import { hostName } from './host-name.js';
import type { SeenHost } from './known-hosts.js';
import { topologyOf } from './topology.js';

const host = (id: string, state: string, contexts: Record<string, string>): SeenHost => ({
  id,
  machine: 'm',
  pid: 1,
  isolith: '1',
  contexts,
  state,
  upSeconds: 1,
  load: { busy: 0, memoryMib: 1, inHand: {}, impaired: 0 },
  lastSeenSeconds: 0,
});

it('a route says how a context is reached, which hosts take what is sent, and whether two releases do', () => {
  const hosts = [
    host('a', 'ready', { gateway: 'none', orders: '1' }),
    host('b', 'ready', { orders: '1', users: '1' }),
    host('c', 'draining', { orders: '2' }),
    host('d', 'silent', { orders: '3', payments: '1' }),
  ];
  const { routes } = topologyOf(hostName(undefined), hosts, ['orders', 'users', 'payments'], ['gateway', 'orders']);
  expect(routes).toEqual({
    orders: { via: 'call', ready: ['a', 'b'], others: ['c'], releases: 2 },
    users: { via: 'medium', ready: ['b'], others: [], releases: 1 },
    payments: { via: 'medium', ready: [], others: [], releases: 0 },
  });
});
