import { createHash, createHmac, createSecretKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { envelopeSchema } from '@isolith/contracts';
import fc from 'fast-check';
import { ProofsForReader, ProofsForReaders } from './reader-proofs.js';

const reader = (id: string, byte: number) => ({ id, secret: createSecretKey(Buffer.alloc(32, byte)) });
const [one, two] = [reader('oneoneoneone', 1), reader('twotwotwotwo', 2)];

describe('proofs for several readers', () => {
  it('are, for each, the start of an HMAC-SHA-256 of the digest of head and text', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(anyText, anyText, fc.string(), (head, text, token) => {
        const digest = createHash('sha256').update(head).update(text).digest();
        const code = ({ secret }: typeof one) => {
          const key = createHmac('sha256', secret).update(`proofs under ${token}`).digest();
          return createHmac('sha256', key).update(digest).digest('base64url').slice(0, 22);
        };
        const proof = new ProofsForReaders([one, two], token).prove(head, text);
        expect(proof).toBe(`oneone${code(one)}twotwo${code(two)}`);
        for (const own of [one, two])
          expect(new ProofsForReader([own], token).proves(head, Buffer.from(text), proof)).toBe(true);
      }),
    );
  });

  it('tell a wrong one from one that is for somebody else', () => {
    const proof = new ProofsForReaders([one], 'token').prove('head', 'text');
    const mine = new ProofsForReader([one], 'token');
    expect(mine.proves('head', 'text', proof)).toBe(true);
    expect(mine.proves('head', 'texts', proof)).toBe(false);
    expect(mine.proves('head', 'text', `${proof}A`)).toBe(false);
    expect(mine.proves('head', 'text', '')).toBe(false);
    expect(new ProofsForReader([two], 'token').proves('head', 'text', proof)).toBe('not-here');
    expect(new ProofsForReader([two, one], 'token').proves('head', 'text', proof)).toBe(true);
    expect(new ProofsForReader([one], 'tokens').proves('head', 'text', proof)).toBe(false);
  });

  it('of as many readers as there may be fit into an envelope', () => {
    const readers = Array.from({ length: 64 }, (_, nth) => reader(`reader-${nth}-long`, nth));
    const proof = new ProofsForReaders(readers, 'token').prove('head', 'text');
    expect(envelopeSchema.shape.proof.safeParse(`${'z'.repeat(10)}.${proof}`).success).toBe(true);
  });
});
