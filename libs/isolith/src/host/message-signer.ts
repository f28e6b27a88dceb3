import type { PrincipalSigner } from '@isolith/message-bus';
import type { HostConfig } from '../config/host-config.js';
import type { KeySource } from '../http/auth-keys.js';
import { ServiceKeys } from '../identity/service-keys.js';
import { ServiceTokens } from '../identity/service-tokens.js';
import type { SharedSecretMessages } from '../remote/shared-secret-messages.js';
import type { UnprovedMessages } from '../remote/unproved-messages.js';
import { HostTokens } from './host-tokens.js';
import { MessageTokens } from './message-tokens.js';

interface Counts {
  readonly unproved: UnprovedMessages;
  readonly shared: SharedSecretMessages;
}

/** Who says for a host who sends its messages: the secret of all hosts, and the key of its own if it has one. */
export function messageSigner(
  { values, placement }: Pick<HostConfig, 'values' | 'placement'>,
  secret: KeySource,
  { unproved, shared }: Counts,
): PrincipalSigner {
  const tokens = new MessageTokens(secret, {
    proofsRequired: values.MESSAGE_PROOFS === 'required',
    noteUnproved: unproved.note,
  });
  const { SERVICE_KEY: own, SERVICE_KEY_PREVIOUS: previous, SERVICE_PUBLIC_KEYS: listed } = values;
  if (own === undefined || listed === undefined) return tokens;
  const everyone = [...placement.here, ...placement.elsewhere];
  const service = new ServiceTokens(new ServiceKeys({ own, previous, listed, everyone }));
  return new HostTokens(tokens, service, { identity: values.SERVICE_IDENTITY, noteShared: shared.note });
}
