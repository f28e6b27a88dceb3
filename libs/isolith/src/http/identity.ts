import type { Principal } from '@isolith/contracts';
import type { FastifyRequest } from 'fastify';

/** Who makes a request, as its access token says. */
export interface Identity {
  readonly principal: Principal;
  /** The session that the token belongs to; absent for anonymous requests. */
  readonly session?: string;
  /**
   * Binds what a stranger sends to the key that it comes with: a digest that only hosts with the same secret can make.
   */
  readonly digest: (text: string) => string;
  /** A token was sent, and whether it counts can't be told now. Routes for everyone ignore it. */
  readonly isUnsettled?: true;
  /** Why a token that was sent is not accepted. Routes for everyone ignore it. */
  readonly refusal?: string;
}

/** The identity of each request that is under way; an entry lives as long as its request. */
const identities = new WeakMap<FastifyRequest, Identity>();

export const setIdentity = (request: FastifyRequest, identity: Identity): void => {
  identities.set(request, identity);
};

/** Throws where the edge is not installed: a request without a known identity must not pass for an anonymous one. */
export function identityOf(request: FastifyRequest): Identity {
  const identity = identities.get(request);
  if (identity === undefined)
    throw new Error('this request did not pass the HTTP edge; import IsolithModule.forRoot() or EdgeModule');
  return identity;
}
