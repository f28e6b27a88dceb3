import { performance } from 'node:perf_hooks';
import { describe, expect, it } from '@jest/globals';
import { parseOptions } from '@node-rs/argon2';
import { DUMMY_HASH, Passwords } from './passwords.js';

const passwords = new Passwords();

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
