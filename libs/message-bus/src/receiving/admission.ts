import {
  checkAccess,
  ForbiddenError,
  NotDeliveredError,
  UnauthenticatedError,
  type Envelope,
  type RequestContract,
} from '@isolith/contracts';
import type { RequestHandler } from './handlers.js';
import { Ownership } from './owned.js';
import { requireOwnershipAsked } from './ownership.js';
import type { MessageScope } from './scope.js';

/**
 * Lets a request in, or throws why not. Returns what its handler has to find out of who owns what is asked for;
 * undefined where the contract does not say.
 */
export function admit(envelope: Envelope, contract: RequestContract, now: number): Ownership | undefined {
  if (envelope.deadline !== undefined && envelope.deadline <= now) {
    throw new NotDeliveredError(`${envelope.type} arrived after its deadline and did not run`);
  }
  const verdict = envelope.principal === undefined ? 'forbidden' : checkAccess(contract.access, envelope.principal);
  if (verdict === 'unauthenticated') throw new UnauthenticatedError(`${envelope.type} needs a signed-in user`);
  if (verdict === 'forbidden') throw new ForbiddenError(`${envelope.type} is not for this sender`);
  return namesOwner(contract) ? new Ownership(verdict === 'own') : undefined;
}

/** Runs a handler that has to find out whose it is, and lets nothing out where it has not. */
export async function askedFor({ invoke }: RequestHandler, message: object, scope: MessageScope): Promise<unknown> {
  const value = await invoke(message);
  requireOwnershipAsked(scope);
  return value;
}

const namesOwner = ({ access }: RequestContract): boolean => access.some(({ allow }) => allow === 'owner');
