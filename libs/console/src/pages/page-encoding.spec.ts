import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { encode, encodingFor } from './page-encoding.js';

describe('how a page is sent', () => {
  it.each([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, BR;q=0.1', 'br'],
    ['gzip, br;q=0', 'gzip'],
    ['br;q=0.000, gzip;q=0', 'identity'],
    ['*', 'br'],
    ['*, br;q=0', 'gzip'],
    ['deflate', 'identity'],
    [`br,${'x'.repeat(1_000)}`, 'identity'],
  ])('to whom says %p: %s', (accepted, encoding) => {
    expect(encodingFor(accepted)).toBe(encoding);
  });

  it('is what was built, once it is read again', () => {
    const page = Buffer.from('a page '.repeat(100));
    expect(brotliDecompressSync(encode(page, 'br'))).toEqual(page);
    expect(gunzipSync(encode(page, 'gzip'))).toEqual(page);
    expect(encode(page, 'identity')).toBe(page);
  });
});
