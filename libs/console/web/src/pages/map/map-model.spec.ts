import { describe, expect, it } from '@jest/globals';
import type { Edge, SeenHost } from '../../api/answers/live.js';
import { mapOf, rateOf } from './map-model.js';

const host = (name: string, state: string, ...contexts: string[]): SeenHost => ({ name, contexts, state, lastSeen: 0 });
const edge = (from: string, to: string, more: Partial<Edge> = {}): Edge => ({
  from,
  to,
  lane: 'command',
  perSecond: 10,
  failedPerSecond: 0,
  p50Ms: 2,
  p99Ms: 20,
  ...more,
});

describe('the map of a shop', () => {
  it('has every context with its hosts, also one that nobody hosts', () => {
    const { contexts } = mapOf({
      hosts: [host('1', 'ready', 'a', 'b'), host('2', 'draining', 'b'), host('3', 'silent', 'c')],
      edges: [edge('a', 'd')],
    });
    expect(contexts.map(({ name, health, hosts }) => `${name} ${health} ${hosts.length}`)).toEqual([
      'a well 1',
      'b part 2',
      'c down 1',
      'd down 0',
    ]);
  });

  it('has one link for all lanes between two contexts, and marks what fails or is slow', () => {
    const { links } = mapOf({
      hosts: [],
      edges: [
        edge('a', 'b', { perSecond: 5 }),
        edge('a', 'b', { lane: 'query', perSecond: 90, p99Ms: 700 }),
        edge('a', 'c', { perSecond: 100, failedPerSecond: 2 }),
        edge('b', 'c', { perSecond: 1_000, failedPerSecond: 1 }),
        edge('c', 'a', { lane: 'event', p50Ms: null, p99Ms: null }),
      ],
    });
    expect(links.map(({ from, to, mark }) => `${from}${to} ${mark}`)).toEqual([
      'ab slow',
      'ac failing',
      'bc well',
      'ca well',
    ]);
    expect(links[0]).toMatchObject({ perSecond: 95, p99Ms: 700, lanes: [{ lane: 'query' }, { lane: 'command' }] });
    expect(links[3]?.p99Ms).toBeUndefined();
  });

  it('has links over which nothing goes now, so that it stays as it is', () => {
    const known = [
      { from: 'a', to: 'b', lane: 'event' },
      { from: 'b', to: 'c', lane: 'query' },
    ];
    const { links, contexts } = mapOf({ hosts: [], edges: [edge('a', 'b')] }, known);
    expect(links.map(({ from, to, perSecond, mark }) => `${from}${to} ${perSecond} ${mark}`)).toEqual([
      'ab 10 well',
      'bc 0 well',
    ]);
    expect(contexts.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('says rates as a reader takes them in', () => {
    expect([0, 0.04, 4.26, 42.5, 1_200].map(rateOf)).toEqual(['0/s', '0/s', '4.3/s', '43/s', '1200/s']);
  });
});
