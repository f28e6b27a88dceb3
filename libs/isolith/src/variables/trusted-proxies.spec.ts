import { describe, expect, it } from '@jest/globals';
import { trustedProxies } from './trusted-proxies.js';

describe('the proxies that are trusted', () => {
  it.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['192.168.1.4, fd00::/8', '192.168.1.4', true],
    ['192.168.1.4,fd00::/8', 'fd00::17', true],
    ['192.168.1.4,fd00::/8', '192.168.1.5', false],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['::1', 'no address', false],
  ])('of %s: %s is %p', (text, address, trusted) => {
    expect(trustedProxies(text)?.(address, 0)).toBe(trusted);
  });

  it('can be counted', () => {
    const trusts = trustedProxies('2');
    expect([trusts?.('1.2.3.4', 0), trusts?.('1.2.3.4', 1), trusts?.('1.2.3.4', 2)]).toEqual([true, true, false]);
  });

  it.each([
    'true',
    '0',
    '33',
    '-1',
    '*',
    'loopback',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0',
    'fe80::1%eth0',
    ',',
  ])('are none for %p', (text) => {
    expect(trustedProxies(text)).toBeUndefined();
  });
});
