import { describe, expect, it } from '@jest/globals';
import { announcement } from './announcement.js';
import { announcedEdgesOf, type EdgeRate, MOST_EDGES } from './edge-rates.js';
import { edgesOf } from './edges-of-hosts.js';
import type { SeenHost } from './known-hosts.js';

const rate = (more: Partial<EdgeRate> = {}): EdgeRate => ({
  from: 'gateway',
  to: 'orders',
  lane: 'command',
  perSecond: 10,
  failedPerSecond: 1,
  p50Ms: 2,
  p99Ms: 20,
  ...more,
});
const host = (edges: readonly EdgeRate[] | undefined, state = 'ready'): SeenHost => ({
  id: 'a',
  machine: 'm',
  pid: 1,
  isolith: '1',
  contexts: { orders: '1' },
  state,
  upSeconds: 1,
  load: { busy: 0, memoryMib: 1, inHand: {}, impaired: 0 },
  lastSeenSeconds: 0,
  ...(edges === undefined ? {} : { edges: announcedEdgesOf(edges) }),
});

describe('the edges of all hosts', () => {
  it('are those of each, added up where several take the same', () => {
    const hosts = [
      host([rate()]),
      host([rate({ perSecond: 30, failedPerSecond: 0, p50Ms: 6, p99Ms: 10 }), rate({ lane: 'query' })]),
      host(undefined),
      host([rate({ perSecond: 1_000 })], 'silent'),
    ];
    expect(edgesOf(hosts)).toEqual([
      rate({ perSecond: 40, failedPerSecond: 1, p50Ms: 5, p99Ms: 20 }),
      rate({ lane: 'query' }),
    ]);
  });

  it('are the busiest of a host that has too many', () => {
    const many = Array.from({ length: MOST_EDGES + 50 }, (_, n) => rate({ from: `c${n}`, perSecond: n }));
    const said = announcedEdgesOf(many);
    expect([said.length, said.at(0)?.[3], said.at(-1)?.[3]]).toEqual([MOST_EDGES, MOST_EDGES + 49, 50]);
  });
});

describe('an announcement', () => {
  const { lastSeenSeconds: _, ...said } = host([rate()]);

  it('has them, and is as good without: an earlier release says none', () => {
    expect(announcement.parse(said)).toEqual(said);
    const { edges: __, ...earlier } = said;
    expect(announcement.parse(earlier)).toEqual(earlier);
  });

  it.each([
    ['of a form that this release does not know', [{ from: 'a' }]],
    ['too many', Array.from({ length: MOST_EDGES + 1 }, () => said.edges?.[0])],
  ])('is heard all the same where they are %s', (_why, edges) => {
    expect(announcement.parse({ ...said, edges })).toEqual({ ...said, edges: undefined });
  });
});
