import { describe, expect, it } from '@jest/globals';
import type { SeenHost } from '../topology/known-hosts.js';
import { changesBetween, liveView } from './live-view.js';

const NOW = Date.parse('2026-01-01T00:00:10Z');
const NOTHING = { sagas: 0, parked: 0, waiting: 0, unreachable: [] };
const counts = { attempts: 0, failures: 0, refused: 0, fallbacks: 0 };

const host = (more: Partial<SeenHost> = {}): SeenHost => ({
  id: 'h-1',
  machine: 'box',
  pid: 7,
  isolith: '0.1.0',
  contexts: { orders: 'a', gateway: 'none' },
  state: 'ready',
  upSeconds: 1,
  load: { busy: 0, memoryMib: 1, inHand: {}, impaired: 0 },
  lastSeenSeconds: 0.5,
  edges: [['gateway', 'orders', 'command', 2, 1, 3, 9]],
  policies: [
    { name: 'pay', breaker: 'open', failures: 5, counts },
    { name: 'ship', breaker: 'closed', failures: 0, counts },
  ],
  ...more,
});

describe('a look at all hosts', () => {
  it('is what they host and do, what goes between contexts, and what waits for a person', () => {
    const hosts = [host(), host({ id: 'h-2', build: '2026.1', state: 'silent', lastSeenSeconds: 8 })];
    expect(liveView(hosts, { ...NOTHING, sagas: 2, unreachable: ['users'] }, NOW)).toEqual({
      at: '2026-01-01T00:00:10.000Z',
      hosts: [
        {
          id: 'h-1',
          name: 'box:7',
          contexts: ['gateway', 'orders'],
          state: 'ready',
          version: '0.1.0',
          lastSeen: '2026-01-01T00:00:09.500Z',
        },
        {
          id: 'h-2',
          name: 'box:7',
          contexts: ['gateway', 'orders'],
          state: 'silent',
          version: '2026.1',
          lastSeen: '2026-01-01T00:00:02.000Z',
        },
      ],
      edges: [{ from: 'gateway', to: 'orders', lane: 'command', perSecond: 2, failedPerSecond: 1, p50Ms: 3, p99Ms: 9 }],
      attention: { sagas: 2, parked: 0, waiting: 0, openCircuits: 1, unreachable: ['users'] },
    });
  });
});

describe('a later look', () => {
  const before = liveView([host()], NOTHING, NOW);

  it('has changed nothing where a host was only heard of again', () => {
    expect(changesBetween(before, liveView([host({ lastSeenSeconds: 0 })], NOTHING, NOW + 1_000))).toBeUndefined();
  });

  it('is told by the parts that differ', () => {
    const after = liveView([host({ edges: undefined })], { ...NOTHING, parked: 1 }, NOW + 1_000);
    expect(changesBetween(before, after)).toEqual({ at: after.at, edges: [], attention: after.attention });
    const draining = liveView([host({ state: 'draining' })], NOTHING, NOW + 1_000);
    expect(changesBetween(before, draining)).toEqual({ at: draining.at, hosts: draining.hosts });
  });
});
