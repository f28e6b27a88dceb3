import { hash, timingSafeEqual, type KeyObject } from 'node:crypto';
import { ProofKey } from './proof-key.js';

/** Characters of a reader's key id that stand before its code. */
const NAME = 6;
/** Characters of a code in base64url: 132 bits. */
const CODE = 22;
const ENTRY = NAME + CODE;
const DIGEST = 32;

/** A reader's key, and what its proofs are made with. */
interface Reader {
  readonly id: string;
  readonly secret: KeyObject;
}

interface Keyed {
  readonly name: string;
  readonly key: ProofKey;
}

const keyed = (readers: readonly Reader[], token: string): readonly Keyed[] =>
  readers.map(({ id, secret }) => ({ name: id.slice(0, NAME), key: new ProofKey(secret, token) }));

/** SHA-256 of what is proved, once for all readers. */
function digestOf(head: string, text: string | Uint8Array): Buffer {
  const headSize = Buffer.byteLength(head);
  const size = typeof text === 'string' ? Buffer.byteLength(text) : text.byteLength;
  const all = Buffer.allocUnsafe(headSize + size);
  all.write(head);
  if (typeof text === 'string') all.write(text, headSize);
  else all.set(text, headSize);
  // As a string: a buffer for the digest takes longer than the digest.
  const digest = Buffer.allocUnsafe(DIGEST);
  digest.write(hash('sha256', all, 'binary'), 'binary');
  return digest;
}

const codeOf = (key: ProofKey, digest: Buffer): string => key.prove('', digest).slice(0, CODE);

/**
 * Proves single messages under one token to each of its readers by a code of its own, as the authenticators of Castro
 * and Liskov do ("Practical Byzantine Fault Tolerance", OSDI 1999): a reader that is taken over can make its own code
 * and no other, so it can deceive itself alone.
 */
export class ProofsForReaders {
  readonly #readers: readonly Keyed[];

  constructor(readers: readonly Reader[], token: string) {
    this.#readers = keyed(readers, token);
  }

  /** 28 characters of base64url for each reader: 6 of its key's id, and its code. */
  prove(head: string, text: string): string {
    const digest = digestOf(head, text);
    return this.#readers.map(({ name, key }) => name + codeOf(key, digest)).join('');
  }
}

/** Proofs under one token, as one of their readers sees them. */
export class ProofsForReader {
  readonly #own: readonly Keyed[];

  /** @param own the keys that this reader has */
  constructor(own: readonly Reader[], token: string) {
    this.#own = keyed(own, token);
  }

  /**
   * Whether this reader's code is right, in the same time however much of it is; what stands there for others is not
   * looked at. `not-here`: there is none for any of its keys.
   */
  proves(head: string, text: string | Uint8Array, proof: string): boolean | 'not-here' {
    if (proof.length === 0 || proof.length % ENTRY !== 0) return false;
    const digest = digestOf(head, text);
    let found = false;
    for (let at = 0; at < proof.length; at += ENTRY) {
      for (const { name, key } of this.#own) {
        if (!proof.startsWith(name, at)) continue;
        found = true;
        const said = Buffer.from(proof.slice(at + NAME, at + ENTRY), 'latin1');
        if (timingSafeEqual(Buffer.from(codeOf(key, digest), 'latin1'), said)) return true;
      }
    }
    return found ? false : 'not-here';
  }
}
