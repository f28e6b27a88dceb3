import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';

/** What tokens are signed with, and what else is accepted while it is being changed. */
export interface KeySource {
  /** The key for one purpose; the same purpose always gets the same key, two purposes never share one. */
  key(purpose: string): KeyObject;
  /** Keys for the purpose that others sign with, or did: what they signed is as good. Absent: there are none. */
  others?(purpose: string): readonly KeyObject[];
  /** The key that stays the same on all hosts while it is being changed, for what is only compared. Absent: `key`. */
  lasting?(purpose: string): KeyObject;
}

/** Provides what tokens are signed with: a KeySource. */
export const KEY_SOURCE = Symbol('isolith.key-source');

const KEY_BYTES = 32;
const ID_LENGTH = 12;

/** Secrets that are accepted beside the one that signs. */
export interface OtherSecrets {
  /** The one that will sign. */
  readonly next?: string | undefined;
  /** The one that did. */
  readonly previous?: string | undefined;
}

/**
 * Keys derived from one secret by HKDF-SHA-256 (RFC 5869), and from those that are accepted beside it. They are
 * KeyObjects: verifying with one is about fifty times faster than with a string.
 */
export function deriveKeys(secret: string, { next, previous }: OtherSecrets = {}): KeySource {
  const signing = keysOf(secret);
  const others = [next, previous].filter((other) => other !== undefined).map(keysOf);
  const lasting = previous === undefined ? signing : keysOf(previous);
  return { key: signing, others: (purpose) => others.map((other) => other(purpose)), lasting };
}

function keysOf(secret: string): (purpose: string) => KeyObject {
  const keys = new Map<string, KeyObject>();
  return (purpose) => {
    const known = keys.get(purpose);
    if (known !== undefined) return known;
    const bytes = hkdfSync('sha256', Buffer.from(secret, 'utf8'), '', `isolith ${purpose} v1`, KEY_BYTES);
    const key = createSecretKey(Buffer.from(bytes));
    keys.set(purpose, key);
    return key;
  };
}

/** Names a key in the header of a token (`kid`): a fingerprint that tells nothing of it. */
export const keyIdOf = (key: KeyObject): string =>
  createHmac('sha256', key).update('key id').digest('base64url').slice(0, ID_LENGTH);

/**
 * The digest (HMAC-SHA-256) of a text for one purpose. Nobody without the key can try texts until one fits, so it may
 * be kept where what it is of must not be. It stays the same while the secret is being changed.
 */
export const keyedDigest = (keys: KeySource, purpose: string, text: string): string =>
  createHmac('sha256', keys.lasting?.(purpose) ?? keys.key(purpose))
    .update(text)
    .digest('base64url');
