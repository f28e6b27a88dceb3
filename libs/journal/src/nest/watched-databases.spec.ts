import { expect, it } from '@jest/globals';
import type { ContextHealth } from '@isolith/postgres';
import { WatchedDatabases } from './watched-databases.js';

it('a database that is down is one finding for all its contexts, since the first question without an answer (fault 12)', async () => {
  let now = 0;
  let health: readonly ContextHealth[] = [];
  const watched = new WatchedDatabases({ health: async () => health }, () => now);
  const up = { ok: true } as const;
  const down = { ok: false, detail: '25006: read-only' } as const;
  health = ['orders', 'stock', 'mail'].map((context) => ({ context, ...up }));
  expect(await watched.look()).toEqual([]);
  expect(watched.everyMs).toBe(4_000);
  health = ['orders', 'stock', 'mail'].map((context) => ({ context, ...(context === 'mail' ? up : down) }));
  now = 1_000;
  await watched.look();
  expect(watched.everyMs).toBe(1_000);
  now = 5_000;
  expect(await watched.look()).toEqual([
    expect.objectContaining({
      kind: 'database',
      name: 'orders,stock',
      aliases: ['database orders', 'database stock'],
      waitedMs: 4_000,
      detail: '25006: read-only',
    }),
  ]);
  health = health.map(({ context }) => ({ context, ...up }));
  expect(await watched.look()).toEqual([]);
  health = health.map(({ context }) => ({ context, ...down }));
  now = 9_000;
  expect(await watched.look()).toMatchObject([{ waitedMs: 0 }]);
});
