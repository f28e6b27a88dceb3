import { describe, expect, it } from '@jest/globals';
import { layoutOf, linkKey, NODE, pathOf } from './map-layout.js';
import { mapOf } from './map-model.js';

const edge = (from: string, to: string, perSecond: number) => ({
  from,
  to,
  lane: 'command' as const,
  perSecond,
  failedPerSecond: 0,
});
const shop = (perSecond: number) =>
  mapOf({
    hosts: [{ name: '1', contexts: ['gateway', 'lonely'], state: 'ready', lastSeen: 0 }],
    edges: [
      edge('gateway', 'orders', perSecond),
      edge('orders', 'stock', 1),
      edge('stock', 'orders', 2),
      edge('orders', 'orders', 3),
    ],
  });

describe('the layout of a map', () => {
  it('puts nothing on top of anything else, and everything within its size', () => {
    const { contexts, width, height } = layoutOf(shop(1));
    const places = [...contexts.values()];
    expect(places).toHaveLength(4);
    for (const [index, a] of places.entries()) {
      expect(a.x >= NODE.width / 2 && a.x <= width - NODE.width / 2).toBe(true);
      expect(a.y >= NODE.height / 2 && a.y <= height - NODE.height / 2).toBe(true);
      for (const b of places.slice(index + 1))
        expect(Math.abs(a.x - b.x) >= NODE.width || Math.abs(a.y - b.y) >= NODE.height).toBe(true);
    }
  });

  it('stays as it is when only rates change', () => {
    expect(layoutOf(shop(1))).toEqual(layoutOf(shop(900)));
  });

  it('has a line for each link between two contexts', () => {
    const { links } = layoutOf(shop(1));
    expect([...links.keys()].toSorted()).toEqual(
      [
        { from: 'gateway', to: 'orders' },
        { from: 'orders', to: 'stock' },
        { from: 'stock', to: 'orders' },
      ].map(linkKey),
    );
  });

  it('goes downwards where it would be too wide to be read', () => {
    const names = Array.from({ length: 12 }, (_, nth) => `context-${nth}`);
    const long = mapOf({ hosts: [], edges: names.slice(1).map((name, nth) => edge(`context-${nth}`, name, 1)) });
    const { width, height } = layoutOf(long);
    expect(width).toBeLessThan(400);
    expect(height).toBeGreaterThan(width);
  });

  it('is empty for an empty shop', () => {
    expect(layoutOf({ contexts: [], links: [] }).contexts.size).toBe(0);
  });
});

it('a line goes from its first point to its last', () => {
  const points = [0, 10, 20, 30].map((x) => ({ x, y: x }));
  expect(pathOf([])).toBe('');
  expect(pathOf(points.slice(0, 2))).toBe('M0 0L10 10');
  expect(pathOf(points)).toMatch(/^M0 0Q10 10 15 15Q20 20 30 30$/);
});
