import { expect, it } from '@jest/globals';
import { AbsentContexts } from './absent-contexts.js';
import type { SeenHost } from './known-hosts.js';

const hostOf = (context: string, state = 'ready'): SeenHost => ({
  id: context,
  machine: 'm',
  pid: 1,
  isolith: '1',
  contexts: { [context]: 'a' },
  state,
  upSeconds: 1,
  load: { busy: 0, memoryMib: 1, inHand: {}, impaired: 0 },
  lastSeenSeconds: 0,
});

it('a needed context is named when its last host has been gone for 10 s, and no longer when one is back', () => {
  let now = 0;
  const absent = new AbsentContexts(['payments', 'shipments'], () => now);
  const after = (ms: number, ...hosts: readonly SeenHost[]) => {
    for (const end = now + ms; now < end; now += 2_000) absent.look(hosts);
    return absent.look(hosts).map(({ kind, name, effect }) => `${kind} ${name} ${effect}`);
  };
  expect(after(20_000, hostOf('payments'), hostOf('other'))).toEqual([]);
  expect(after(8_000, hostOf('payments', 'stopped'), hostOf('other', 'silent'))).toEqual([]);
  expect(after(4_000)).toEqual(['context payments degraded']);
  expect(after(0, hostOf('payments', 'starting'))).toEqual([]);
  // What this process did not hear because it stood still says nothing of others.
  now += 30_000;
  expect(after(0)).toEqual([]);
});
