import { createHmac, hash, timingSafeEqual, type KeyObject } from 'node:crypto';

const BLOCK = 64;
const DIGEST = 32;
/** Characters of a digest in base64url. */
const MAC = 43;
const RIGHT = Buffer.alloc(MAC);
const SAID = Buffer.alloc(MAC);
const INNER = 0x36;
const OUTER = 0x5c;

/**
 * HMAC-SHA-256 (RFC 2104) under a key of 32 bytes, put together from two calls of `hash`: `createHmac` makes an object
 * for each message, which takes twice as long.
 */
class Hmac {
  readonly #inner = Buffer.alloc(BLOCK, INNER);
  readonly #outer = Buffer.alloc(BLOCK + DIGEST, OUTER);

  constructor(key: Buffer) {
    for (const [at, byte] of key.entries()) {
      this.#inner[at] = byte ^ INNER;
      this.#outer[at] = byte ^ OUTER;
    }
  }

  of(head: string, text: string | Uint8Array): string {
    const headSize = Buffer.byteLength(head);
    const size = typeof text === 'string' ? Buffer.byteLength(text) : text.byteLength;
    const message = Buffer.allocUnsafe(BLOCK + headSize + size);
    this.#inner.copy(message);
    message.write(head, BLOCK);
    if (typeof text === 'string') message.write(text, BLOCK + headSize);
    else message.set(text, BLOCK + headSize);
    // As a string: a buffer for the digest takes longer than the digest.
    this.#outer.write(hash('sha256', message, 'binary'), BLOCK, 'binary');
    return hash('sha256', this.#outer, 'base64url');
  }
}

/**
 * What single messages are proved with under one token: a key that follows from the token and the key that signed it,
 * so that a proof is good for this principal, this audience and no other.
 */
export class ProofKey {
  readonly #hmac: Hmac;

  constructor(signing: KeyObject, token: string) {
    // No token begins so: what is signed as one is never a key.
    this.#hmac = new Hmac(createHmac('sha256', signing).update('proofs under ').update(token).digest());
  }

  prove(head: string, text: string | Uint8Array): string {
    return this.#hmac.of(head, text);
  }

  /** In the same time, however much of it is right. */
  proves(head: string, text: string | Uint8Array, mac: string): boolean {
    if (mac.length !== MAC) return false;
    RIGHT.write(this.prove(head, text), 'latin1');
    SAID.write(mac, 'latin1');
    return timingSafeEqual(RIGHT, SAID);
  }
}
