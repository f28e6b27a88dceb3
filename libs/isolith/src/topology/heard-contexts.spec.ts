import { beforeEach, describe, expect, it } from '@jest/globals';
import { addressName } from '@isolith/message-bus';
import { HeardContexts } from './heard-contexts.js';

let now = 0;
let isTaken = false;
let askedOf: string[] = [];
let heard: HeardContexts;
beforeEach(() => {
  now = 0;
  isTaken = false;
  askedOf = [];
  heard = new HeardContexts(
    new Set(['gateway', 'payments']),
    async (at) => {
      askedOf.push(addressName(at));
      return !isTaken;
    },
    () => now,
  );
});

/** Seconds in which each of these hosts announces itself every second, by the name of its context. */
async function pass(seconds: number, ...contexts: readonly string[]): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    for (const context of contexts) heard.heard({ contexts: { [context]: 'a' }, state: 'ready' });
    await heard.look();
    now += 1_000;
  }
  await heard.look();
}

describe('a context', () => {
  it('is away when its last host was not heard of for 7 s, and is back with one word', async () => {
    await pass(3, 'gateway', 'payments');
    await pass(6, 'gateway');
    expect(heard.whyAway('payments')).toBeUndefined();
    await pass(2, 'gateway');
    expect(heard.whyAway('payments')).toBe('no host of payments has been heard of for 9 s');
    expect(heard.whyAway('gateway')).toBeUndefined();
    heard.heard({ contexts: { payments: 'b' }, state: 'starting' });
    expect(heard.whyAway('payments')).toBeUndefined();
  });

  it('has as long to start again when its host says that it stops: its word is none that it is there', async () => {
    await pass(1, 'gateway', 'payments');
    heard.heard({ contexts: { payments: 'a' }, state: 'stopped' });
    await pass(5, 'gateway');
    expect(heard.whyAway('payments')).toBeUndefined();
    await pass(3, 'gateway');
    expect(heard.whyAway('payments')).toMatch(/^no host of payments/);
  });

  it('is not away while the medium knows of somebody who takes what is sent to it', async () => {
    isTaken = true;
    await pass(1, 'gateway', 'payments');
    await pass(20, 'gateway');
    expect(heard.whyAway('payments')).toBeUndefined();
    isTaken = false;
    await heard.look();
    expect(heard.whyAway('payments')).toMatch(/^no host of payments/);
    isTaken = true;
    await heard.look();
    expect(heard.whyAway('payments')).toBeUndefined();
  });

  it('is one of the application: nothing is kept, or asked of the medium, of what a host makes up', async () => {
    await pass(1, 'gateway', 'payments', 'made-up');
    await pass(10, 'gateway');
    expect(heard.whyAway('made-up')).toBeUndefined();
    expect(new Set(askedOf)).toEqual(new Set(['payments.requests']));
  });

  it('is not away when nobody was ever heard of', async () => {
    await pass(60, 'gateway');
    expect(heard.whyAway('payments')).toBeUndefined();
  });
});

describe('who hears nobody, not even itself', () => {
  it('says nothing of others, then and until it has heard for as long again', async () => {
    await pass(3, 'gateway', 'payments');
    now += 30_000;
    expect(heard.whyAway('payments')).toBeUndefined();
    await pass(7, 'gateway');
    expect(heard.whyAway('payments')).toBeUndefined();
    await pass(1, 'gateway');
    expect(heard.whyAway('payments')).toMatch(/^no host of payments/);
  });
});
