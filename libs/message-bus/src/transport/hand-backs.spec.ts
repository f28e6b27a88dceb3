import { describe, expect, it } from '@jest/globals';
import { HandBacks } from './hand-backs.js';
import { HandedBackError } from './handed-back.js';

function setUp() {
  let now = 1_000;
  const told: (readonly [string, number])[] = [];
  const handBacks = new HandBacks(
    ({ message }, since) => told.push([message, since]),
    (lack) => (lack === 'key' ? 'not-ready' : 'degraded'),
    () => now,
  );
  const fail = (thrown: Error) => handBacks.noting(() => Promise.reject(thrown)).catch((caught: unknown) => caught);
  return { handBacks, told, fail, pass: (seconds: number) => void (now += seconds * 1_000) };
}

const unknownKey = new HandedBackError('stock', 'key', 'key k2 is not known here');

describe('what a host hands back', () => {
  it('goes on to the medium, and is counted by context and lack', async () => {
    const { handBacks, fail } = setUp();
    const unknownVersion = new HandedBackError('stock', 'version', 'stock.take is known here in version 1, not 2');
    expect(await fail(unknownKey)).toBe(unknownKey);
    await fail(unknownKey);
    await fail(unknownVersion);
    expect(handBacks.counts()).toEqual([
      { context: 'stock', lack: 'key', count: 2 },
      { context: 'stock', lack: 'version', count: 1 },
    ]);
  });

  it('is told once a minute, with how many there were', async () => {
    const { told, fail, pass } = setUp();
    for (let nth = 0; nth < 3; nth += 1) await fail(unknownKey);
    pass(60);
    await fail(unknownKey);
    expect(told).toEqual([
      [unknownKey.message, 1],
      [unknownKey.message, 3],
    ]);
  });

  it('is what the host is impaired in, until a minute has passed without it', async () => {
    const { handBacks, fail, pass } = setUp();
    await fail(unknownKey);
    pass(40);
    await fail(unknownKey);
    pass(40);
    expect(handBacks.impairments()).toEqual([
      expect.objectContaining({ kind: 'lane', name: 'stock.key', effect: 'not-ready', seconds: 80 }),
    ]);
    pass(20);
    expect([handBacks.impairments(), handBacks.lacks('key')]).toEqual([[], false]);
    await fail(unknownKey);
    expect([handBacks.lacks('key'), handBacks.lacks('version')]).toEqual([true, false]);
    expect(handBacks.impairments()).toMatchObject([{ seconds: 0 }]);
  });

  it('is nothing when a listener fails or is done', async () => {
    const { handBacks, fail } = setUp();
    const broken = new Error('broken');
    expect(await fail(broken)).toBe(broken);
    await handBacks.noting(async () => undefined);
    expect(handBacks.counts()).toEqual([]);
  });
});
