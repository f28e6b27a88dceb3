import { describe, expect, it } from '@jest/globals';
import { listenAddress } from './listen-address.js';

describe('the address to listen on (fault 29)', () => {
  it.each(['127.0.0.1', '::1', '0.0.0.0', 'localhost'])('is %s where HOST says so', async (host) => {
    await expect(listenAddress(host, () => Promise.reject(new Error('asked')))).resolves.toBe(host);
  });

  it('is :: for everybody, and the IPv4 of it on a machine that has no IPv6', async () => {
    await expect(listenAddress('::', async () => true)).resolves.toBe('::');
    await expect(listenAddress('::', async () => false)).resolves.toBe('0.0.0.0');
    await expect(listenAddress('::')).resolves.toMatch(/^(::|0\.0\.0\.0)$/);
  });
});
