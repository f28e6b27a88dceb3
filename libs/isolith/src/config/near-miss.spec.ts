import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editDistance, nearMiss } from './near-miss.js';

const known = [
  'CONTEXTS',
  'DATABASE_URL',
  'DATA_DIR',
  'PORT',
  'AUTH_SECRET',
  'LOG_LEVEL',
  'ORDERS_DATABASE_URL',
  'SHUTDOWN_GRACE_MS',
];

describe('editDistance', () => {
  it.each([
    ['', 'abc', 3],
    ['kitten', 'sitting', 3],
    ['ordres', 'orders', 1],
    ['same', 'same', 0],
    ['ca', 'abc', 3],
  ])('of %p and %p is %p', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it('is symmetric, zero for equal words only, and never more than the longer word', () => {
    const word = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c', '_') });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });
});

describe('nearMiss', () => {
  it.each([
    ['CONTEXT', 'CONTEXTS'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['ORDRES_DATABASE_URL', 'ORDERS_DATABASE_URL'],
    ['DATADIR', 'DATA_DIR'],
    ['port', 'PORT'],
    ['AUTH_SECRETS', 'AUTH_SECRET'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['SHUTDOWN_GRACE', 'SHUTDOWN_GRACE_MS'],
  ])('of %s is %s', (name, meant) => {
    expect(nearMiss(name, known)).toBe(meant);
  });

  it.each([
    'PATH',
    'HOME',
    'HOST',
    'HOSTNAME',
    'PWD',
    'OLDPWD',
    'SHELL',
    'USER',
    'LOGNAME',
    'LANG',
    'TERM',
    'TMPDIR',
    'EDITOR',
    'NODE_ENV',
    'NODE_OPTIONS',
    'CI',
    'DISPLAY',
    'XDG_DATA_DIRS',
    'OAUTH_SECRET',
    'DATABASE_USER',
    'DATABASE_HOST',
    'PGDATA',
    'TEST_DATABASE_URL',
    'KUBERNETES_PORT',
    'COLORTERM',
    'INIT_CWD',
  ])('of the innocent %s is nothing', (name) => {
    expect(nearMiss(name, known)).toBeUndefined();
  });
});
