import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ProofKey } from './proof-key.js';

const signing = createSecretKey(Buffer.alloc(32, 7));

describe('a proof', () => {
  it('is the HMAC-SHA-256 of head and text under a key that follows from the token', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(anyText, anyText, fc.string(), (head, text, token) => {
        const key = createHmac('sha256', signing).update(`proofs under ${token}`).digest();
        const mac = createHmac('sha256', key).update(head).update(text).digest('base64url');
        expect(new ProofKey(signing, token).prove(head, text)).toBe(mac);
        expect(new ProofKey(signing, token).proves(head, Buffer.from(text), mac)).toBe(true);
      }),
    );
  });

  it('is good for one text under one token and one key', () => {
    const key = new ProofKey(signing, 'token');
    const mac = key.prove('head', 'text');
    expect(key.proves('head', 'text', mac)).toBe(true);
    for (const [other, text, said] of [
      [key, 'texts', mac],
      [key, 'text', `${mac}A`],
      [key, 'text', `A${mac.slice(1)}`],
      [key, 'text', ''],
      [new ProofKey(signing, 'tokens'), 'text', mac],
      [new ProofKey(createSecretKey(randomBytes(32)), 'token'), 'text', mac],
    ] as const)
      expect(other.proves('head', text, said)).toBe(false);
  });
});
