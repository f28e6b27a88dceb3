import { newServiceKey, readPublicKey, readServiceKey, type PublicKey, type ServiceKey } from '../service-key.js';
import { ServiceKeys } from '../service-keys.js';
import { ServiceTokens } from '../service-tokens.js';

export function newKey(): ServiceKey {
  const key = readServiceKey(newServiceKey().privateKey);
  if (key === undefined) throw new Error('no key was made');
  return key;
}

/** As it comes out of a variable. */
export function publicHalf({ key }: ServiceKey): PublicKey {
  const half = readPublicKey(key.export({ type: 'spki', format: 'der' }).toString('base64url'));
  if (half === undefined) throw new Error('the key has no public half');
  return half;
}

interface Own {
  readonly own: ServiceKey;
  readonly previous?: ServiceKey;
}

/** What a host with this key knows, of services that have these. */
export const keysOf = (
  { own, previous }: Own,
  listed: Readonly<Record<string, readonly ServiceKey[]>>,
  everyone = Object.keys(listed),
): ServiceKeys =>
  new ServiceKeys({
    own,
    previous,
    listed: new Map(Object.entries(listed).map(([context, keys]) => [context, keys.map(publicHalf)])),
    everyone,
  });

export const tokensOf = (...of: Parameters<typeof keysOf>): ServiceTokens => new ServiceTokens(keysOf(...of));
