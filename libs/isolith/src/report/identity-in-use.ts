import type { HostValues } from '../variables/host-variables.js';

const SHARED = 'one secret for all hosts: each of them could send as any context';
const IN_USE = {
  accepted: 'taken on and not used: it signs with the secret of all hosts, and believes both',
  preferred: 'signs with it, and believes the secret of all hosts beside it',
  required: 'signs with it, and believes keys of services alone: none of them can send as the contexts of another',
} as const;

/** How hosts know this one, and what it believes of others. */
export function identityInUse({
  SERVICE_KEY: own,
  SERVICE_IDENTITY: identity,
}: Pick<HostValues, 'SERVICE_KEY' | 'SERVICE_IDENTITY'>): string {
  return own === undefined ? SHARED : `service key ${own.id}, ${identity}: ${IN_USE[identity]}`;
}
