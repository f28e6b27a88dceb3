import { z } from 'zod';
import { readPublicKey, type PublicKey } from './service-key.js';

/** Of one context, while its key is being changed. */
const MOST_OF_ONE = 2;
/** A message to all hosts is proved for each of them. */
const MOST_KEYS = 64;
const NAME = /^[a-z][a-z0-9-]{0,62}$/;

/** The keys of each context that is listed. */
export type PublicKeyList = ReadonlyMap<string, readonly PublicKey[]>;

/**
 * `orders=<key>,users=<key> <key>`: the public keys of the hosts of each context. What is wrong is said of the context,
 * or of the place of what names none.
 */
export const publicKeyList = z.string().transform((text, refining): PublicKeyList => {
  const refuse = (message: string): void => refining.addIssue({ code: 'custom', message });
  const list = new Map<string, readonly PublicKey[]>();
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  for (const [place, entry] of entries.entries()) {
    const [, context = '', keys = ''] = /^([^=]*)=(.*)$/s.exec(entry) ?? [];
    if (!NAME.test(context)) {
      refuse(`part ${place + 1} of ${entries.length} names no context before a =`);
      continue;
    }
    if (list.has(context)) refuse(`${context} is there twice`);
    const written = keys.split(/\s+/).filter((key) => key !== '');
    const read = written.map(readPublicKey).filter((key) => key !== undefined);
    if (read.length < written.length) refuse(`${context} has a key that is no P-256 public key as base64url`);
    else if (read.length === 0) refuse(`${context} has no key`);
    if (written.length > MOST_OF_ONE) refuse(`${context} has ${written.length} keys, ${MOST_OF_ONE} at most`);
    list.set(context, read);
  }
  const all = new Set([...list.values()].flat().map(({ id }) => id));
  if (entries.length === 0) refuse('it lists nothing');
  if (all.size > MOST_KEYS) refuse(`there are ${all.size} different keys, ${MOST_KEYS} at most`);
  return list;
});
