import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { describe, expect, it } from '@jest/globals';
import { hash, parseOptions } from '@node-rs/argon2';
import { ResilienceRegistry } from '@isolith/resilience';
import { PasswordsBusy } from '../users.contract.js';
import { DUMMY_HASH, Passwords, WAITING } from './passwords.js';

const passwords = new Passwords(new ResilienceRegistry());

async function medianMilliseconds(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return times.sort((a, b) => a - b)[3] ?? 0;
}

describe('a password', () => {
  it('matches its own hash and no other', async () => {
    const stored = await passwords.hash('correct horse');
    expect(stored).not.toContain('correct horse');
    expect(await passwords.matches(stored, 'correct horse')).toBe(true);
    expect(await passwords.matches(stored, 'correct horsf')).toBe(false);
  });

  it.each([
    ['composed', 'cafe\u0301 noir', 'caf\u00e9 noir'],
    ['taken apart', '\u00c5ngstr\u00f6m', 'A\u030angstro\u0308m'],
    ['with a no-break space', 'cafe noir 1', 'cafe\u00a0noir 1'],
    ['with an ideographic space', 'cafe noir 1', 'cafe\u3000noir 1'],
  ])('matches in its other form: %s (fault 41)', async (_, chosen, typed) => {
    expect(await passwords.matches(await passwords.hash(chosen), typed)).toBe(true);
    expect(await passwords.matches(await passwords.hash(typed), chosen)).toBe(true);
  });

  it('of another case or width is another one (fault 41)', async () => {
    const stored = await passwords.hash('Stra\u00dfe 1234');
    expect(await passwords.matches(stored, 'STRASSE 1234')).toBe(false);
    expect(await passwords.matches(stored, 'Stra\u00dfe \uff11234')).toBe(false);
  });

  it('that was hashed as it was typed still matches (fault 41)', async () => {
    expect(await passwords.matches(await hash('cafe\u0301 noir'), 'cafe\u0301 noir')).toBe(true);
  });

  it('has another hash each time', async () => {
    expect(await passwords.hash('correct horse')).not.toBe(await passwords.hash('correct horse'));
  });

  it('is hashed with argon2id', async () => {
    expect(await passwords.hash('correct horse')).toMatch(/^\$argon2id\$/);
  });
});

describe('a password for an account that does not exist', () => {
  it('never matches', async () => {
    expect(await passwords.matches(undefined, 'correct horse')).toBe(false);
  });

  it('is checked against a hash of the same cost as a real one', async () => {
    expect(parseOptions(DUMMY_HASH)).toEqual(parseOptions(await passwords.hash('correct horse')));
  });

  it('takes the time that a wrong one takes', async () => {
    const stored = await passwords.hash('correct horse');
    const wrong = await medianMilliseconds(() => passwords.matches(stored, 'wrong'));
    const unknown = await medianMilliseconds(() => passwords.matches(undefined, 'wrong'));
    // Without the work the ratio would be a thousandth; the bounds leave room for a busy machine.
    expect(unknown / wrong).toBeGreaterThan(0.2);
    expect(unknown / wrong).toBeLessThan(5);
  });
});

describe('a flood of passwords', () => {
  it('is hashed a few at a time, waits in a bounded queue, and what is more is refused (fault 22)', async () => {
    const registry = new ResilienceRegistry();
    const flooded = new Passwords(registry);
    const pool = () => registry.all()[0]?.state().bulkhead;
    const most = Math.max(1, Math.min(3, Math.floor(availableParallelism() / 2)));
    const asked = Array.from({ length: WAITING + most + 10 }, () => flooded.matches(undefined, 'wrong'));
    const outcomes = Promise.allSettled(asked);
    expect(pool()).toEqual({ running: most, queued: WAITING });
    const refused = (await outcomes).flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(refused.length).toBeGreaterThanOrEqual(10);
    for (const reason of refused) expect(reason).toBeInstanceOf(PasswordsBusy);
    expect(pool()).toEqual({ running: 0, queued: 0 });
    expect(await flooded.matches(undefined, 'wrong')).toBe(false);
  });
});
