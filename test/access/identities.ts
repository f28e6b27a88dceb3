import { GATEWAY } from '@isolith/contracts';
import { deriveKeys } from '@isolith/isolith/http';
import type { PrincipalSigner } from '@isolith/message-bus';
import { HostTokens } from '../../libs/isolith/src/host/host-tokens.js';
import { MessageTokens } from '../../libs/isolith/src/host/message-tokens.js';
import { publicKeyList } from '../../libs/isolith/src/identity/public-key-list.js';
import { newServiceKey, readServiceKey } from '../../libs/isolith/src/identity/service-key.js';
import { ServiceKeys } from '../../libs/isolith/src/identity/service-keys.js';
import { ServiceTokens } from '../../libs/isolith/src/identity/service-tokens.js';
import { shop } from '../../src/shop.js';

const KEYS = deriveKeys('the secret of all hosts of the shop');
const OTHER_KEYS = deriveKeys('the secret of another shop, as long');

/** How the hosts of a shop know each other. Each signer is that of a host that has sent nothing yet. */
export interface Identity {
  /** Of the host that all knock at. */
  readonly reader: () => PrincipalSigner;
  /** Of a host of a service. */
  readonly of: (service: string) => PrincipalSigner;
  /** Of a host whose key nobody at the door knows. */
  readonly stranger: () => PrincipalSigner;
}

/** One secret for all hosts. */
export const bySecret: Identity = {
  reader: () => new MessageTokens(KEYS),
  of: () => new MessageTokens(KEYS),
  stranger: () => new MessageTokens(OTHER_KEYS),
};

const SERVICES = [...shop.names, GATEWAY];
const pairs = new Map(SERVICES.map((service) => [service, newServiceKey()]));
/** Of a host of all contexts, which opens what is proved for any of them. */
const READER = newServiceKey();
const listed = publicKeyList.parse(
  [...pairs].map(([service, { publicKey }]) => `${service}=${publicKey} ${READER.publicKey}`).join(','),
);

function keyed({ privateKey }: Pick<typeof READER, 'privateKey'>): PrincipalSigner {
  const own = readServiceKey(privateKey);
  if (own === undefined) throw new Error('no key was made');
  const tokens = new ServiceTokens(new ServiceKeys({ own, listed, everyone: SERVICES }));
  return new HostTokens(new MessageTokens(KEYS), tokens, { identity: 'required' });
}

/** A key for each service, and nothing else is believed. */
export const byKeys: Identity = {
  reader: () => keyed(READER),
  of: (service) => keyed(pairs.get(service) ?? newServiceKey()),
  stranger: () => keyed(newServiceKey()),
};
