import { describe, expect, it } from '@jest/globals';
import { announcement, type Announcement } from './announcement.js';
import { isThere, KnownHosts } from './known-hosts.js';

const said = (id: string, more: Partial<Announcement> = {}): Announcement => ({
  id,
  machine: 'm',
  pid: 1,
  isolith: '1',
  contexts: { orders: 'a' },
  state: 'ready',
  upSeconds: 1,
  load: { busy: 0.5, memoryMib: 100, inHand: { 'orders.requests': 2 }, impaired: 0 },
  ...more,
});

describe('a host that announced itself', () => {
  it('is known at once, as it said, with how long ago', () => {
    let now = 0;
    const hosts = new KnownHosts(() => now);
    hosts.heard(said('one'));
    now = 1_500;
    expect(hosts.all()).toEqual([{ ...said('one'), lastSeenSeconds: 1.5 }]);
  });

  it('is silent within 10 s of its last word, shown for a minute, then forgotten; one word brings it back', () => {
    let now = 0;
    const hosts = new KnownHosts(() => now);
    const states = () => hosts.all().map(({ state }) => state);
    hosts.heard(said('one'));
    // Two missed announcements are a busy host.
    now = 6_000;
    expect(states()).toEqual(['ready']);
    now = 8_000;
    expect(states()).toEqual(['silent']);
    expect(hosts.all().filter(isThere)).toEqual([]);
    hosts.heard(said('one'));
    expect(states()).toEqual(['ready']);
    now += 61_000;
    expect(states()).toEqual([]);
  });

  it('may be gone once it missed two announcements: then its contexts are suspected for a while, where another one is ready', () => {
    let now = 0;
    const hosts = new KnownHosts(() => now);
    const after = (ms: number, ...heard: readonly Announcement[]) => {
      now += ms;
      for (const one of heard) hosts.heard(one);
      return [...hosts.suspected()];
    };
    const other = said('other', { contexts: { orders: 'a', users: 'a' } });
    expect(after(0, said('one', { contexts: { orders: 'a', payments: 'a' } }), other)).toEqual([]);
    expect(after(3_000, other)).toEqual([]);
    expect(after(500, other)).toEqual([['orders', { keepsInbox: false }]]);
    expect(after(500, { ...other, state: 'draining' })).toEqual([]);
    expect(after(500, other)).toHaveLength(1);
    expect(after(16_000, other)).toEqual([]);
    expect(after(0, said('one'))).toEqual([]);
    expect(after(4_000, other, said('one', { state: 'stopped' }))).toEqual([]);
  });

  it('may be gone, and its context keeps an inbox where all of its hosts say so that may take what is asked', () => {
    let now = 0;
    const hosts = new KnownHosts(() => now);
    const keeps = { inboxes: ['orders'] };
    const keepsInbox = (...others: readonly Announcement[]) => {
      for (const one of [said('one', keeps), said('two', keeps), said('three', keeps)]) hosts.heard(one);
      for (const one of others) hosts.heard(one);
      now += 4_000;
      hosts.heard(said('two', keeps));
      return hosts.suspected().get('orders')?.keepsInbox;
    };
    expect(keepsInbox()).toBe(true);
    // Of an earlier release, which does not say it.
    expect(keepsInbox(said('three'))).toBe(false);
    expect(keepsInbox(said('three', { inboxes: ['users'] }))).toBe(false);
    expect(keepsInbox(said('three', { state: 'stopped' }))).toBe(true);
    expect(keepsInbox(said('three', { contexts: { users: 'a' } }))).toBe(true);
    expect(keepsInbox(said('three'), said('one', { state: 'stopped' }), said('two'))).toBe(false);
  });

  it('and says that it stops is not there any more, at once', () => {
    const hosts = new KnownHosts(() => 0);
    hosts.heard(said('one'));
    hosts.heard(said('one', { state: 'stopped' }));
    expect(hosts.all()).toMatchObject([{ state: 'stopped' }]);
    expect(hosts.all().filter(isThere)).toEqual([]);
  });

  it('is one of 1,000 at most: those that were heard of least recently go first', () => {
    let now = 0;
    const hosts = new KnownHosts(() => now);
    for (let nth = 0; nth < 1_000; nth += 1) hosts.heard(said(`h-${nth}`));
    now = 1;
    hosts.heard(said('h-0'));
    hosts.heard(said('new'));
    const ids = new Set(hosts.all().map(({ id }) => id));
    expect([ids.size, ids.has('h-0'), ids.has('h-1'), ids.has('new')]).toEqual([1_000, true, false, true]);
  });
});

describe('an announcement', () => {
  it('of a later release is taken without what is not known here, in a state that is not known here', () => {
    const later = { ...said('one', { state: 'resting' }), zone: 'eu', load: { ...said('one').load, gpu: 1 } };
    expect(announcement.parse(later)).toEqual(said('one', { state: 'resting' }));
  });

  it.each([
    ['an id that is no name', { id: '<script>' }],
    [
      'more contexts than anybody hosts',
      { contexts: Object.fromEntries(Array.from({ length: 501 }, (_, n) => [n, 'a'])) },
    ],
    ['an endless build', { build: 'b'.repeat(101) }],
  ])('with %s is none', (_, more) => {
    expect(announcement.safeParse({ ...said('one'), ...more }).success).toBe(false);
  });
});
