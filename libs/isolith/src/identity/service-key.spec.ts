import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { newServiceKey, readPublicKey, readServiceKey } from './service-key.js';

const der = (curve: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  return {
    private: privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url'),
    public: publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
  };
};

describe('the key of a service', () => {
  it('is read with its public half, and both have one id', () => {
    const made = newServiceKey();
    const [own, known] = [readServiceKey(made.privateKey), readPublicKey(made.publicKey)];
    expect(own?.id).toMatch(/^[\w-]{12}$/);
    expect(known?.id).toBe(own?.id);
    expect(readPublicKey(newServiceKey().publicKey)?.id).not.toBe(own?.id);
  });

  it('has the thumbprint of RFC 7638 for its id, whatever the spelling of its point', () => {
    const x = 'WKn-ZIGevcwGIyyrzFoZNBdaq9_TsqzGl96oc0CWuis';
    const y = 'y77t-RvAHRKTsSGdIYUfweuOvwrvDD-Q3Hv5J0fSKbE';
    const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    const spki = key.export({ type: 'spki', format: 'der' });
    // By `printf '{"crv":"P-256","kty":"EC","x":"…","y":"…"}' | sha256sum`, as base64url.
    expect(readPublicKey(spki.toString('base64url'))?.id).toBe('qT5yKRo0isoE');
    // Header and point, compressed: the last byte of y is odd.
    const header = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');
    const compressed = Buffer.concat([header, Buffer.from([3]), Buffer.from(x, 'base64url')]);
    expect(readPublicKey(compressed.toString('base64url'))?.id).toBe('qT5yKRo0isoE');
  });

  it.each([
    ['nothing', ''],
    ['no base64url', 'not a key!'],
    ['other bytes', Buffer.alloc(91).toString('base64url')],
    ['another curve', der('P-384').private],
    ['a curve of the same size', der('secp256k1').private],
    ['the public half', newServiceKey().publicKey],
    [
      'an Ed25519 key',
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url'),
    ],
    ['more than any key is', 'A'.repeat(10_000)],
  ])('is not %s', (_, text) => {
    expect(readServiceKey(text)).toBeUndefined();
  });

  it.each([
    ['the private half', newServiceKey().privateKey],
    ['of another curve', der('P-384').public],
    ['a curve of the same size', der('secp256k1').public],
    ['cut short', newServiceKey().publicKey.slice(0, -8)],
    [
      'an Ed25519 key',
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
    ],
  ])('known to others is not %s', (_, text) => {
    expect(readPublicKey(text)).toBeUndefined();
  });
});
