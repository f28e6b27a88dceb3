import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
import { z } from 'zod';

const CURVE = 'P-256';
const ID_LENGTH = 12;
/** Longer than any key of the curve, however it is written. */
const LONGEST = 500;
const BASE64URL = /^[\w-]+$/;

const point = z.object({ kty: z.literal('EC'), crv: z.literal(CURVE), x: z.string(), y: z.string() });

/**
 * What others know of a service: they verify with it what the service signs, and prove with it what they send there.
 */
export interface PublicKey {
  /** The first 12 characters of its thumbprint (RFC 7638, SHA-256), however the key was written. */
  readonly id: string;
  readonly key: KeyObject;
}

/** A service's own pair. */
export interface ServiceKey extends PublicKey {
  readonly privateKey: KeyObject;
}

function publicKeyOf(key: KeyObject): PublicKey | undefined {
  const jwk = point.safeParse(key.export({ format: 'jwk' }));
  if (!jwk.success) return undefined;
  const { kty, crv, x, y } = jwk.data;
  return { id: hash('sha256', JSON.stringify({ crv, kty, x, y }), 'base64url').slice(0, ID_LENGTH), key };
}

/** A P-256 public key, SubjectPublicKeyInfo (DER) as base64url; undefined for anything else. */
export function readPublicKey(text: string): PublicKey | undefined {
  return reading(text, (key) => publicKeyOf(createPublicKey({ key, type: 'spki', format: 'der' })));
}

/** A P-256 private key, PKCS #8 (DER) as base64url, with its public half; undefined for anything else. */
export function readServiceKey(text: string): ServiceKey | undefined {
  return reading(text, (der) => {
    const privateKey = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' });
    if (privateKey.asymmetricKeyType !== 'ec') return undefined;
    const known = publicKeyOf(createPublicKey(privateKey));
    return known && { ...known, privateKey };
  });
}

function reading<T>(text: string, read: (der: Buffer) => T | undefined): T | undefined {
  if (text.length > LONGEST || !BASE64URL.test(text)) return undefined;
  try {
    return read(Buffer.from(text, 'base64url'));
  } catch {
    // Whatever the library says of it could repeat a part of a private key.
    return undefined;
  }
}

/** A new pair, each half as its variable takes it. */
export function newServiceKey(): { readonly privateKey: string; readonly publicKey: string } {
  const pair = generateKeyPairSync('ec', { namedCurve: CURVE });
  return {
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64url'),
    publicKey: pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64url'),
  };
}
