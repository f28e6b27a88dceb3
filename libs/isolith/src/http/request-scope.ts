import { GATEWAY, type IsolithError, UnauthenticatedError } from '@isolith/contracts';
import type { MessageScope } from '@isolith/message-bus';
import type { Identity } from './identity.js';
import type { AccessTokens } from './tokens.js';

/** As RFC 6750 spells it; the scheme's case does not count. */
const BEARER = /^Bearer +([\x21-\x7e]+) *$/i;

/** The bearer token of an `Authorization` header; undefined for another scheme. */
export const bearerOf = (header: string | undefined): string | undefined => BEARER.exec(header ?? '')?.[1];

/**
 * Who sends the request. A bad token makes the request anonymous and is kept as the reason why: routes for everyone
 * (signing in with an old token still in the header) work, all others answer 401 with it.
 */
export function identify(tokens: AccessTokens, authorization: string | undefined): Omit<Identity, 'digest'> {
  const anonymous = { service: GATEWAY, roles: [] };
  if (authorization === undefined) return { principal: anonymous };
  const token = bearerOf(authorization);
  if (token === undefined)
    return { principal: anonymous, refusal: 'the Authorization header must be "Bearer <access token>"' };
  try {
    const { user, roles, session } = tokens.verify(token);
    return { principal: { service: GATEWAY, user, roles }, session };
  } catch (error) {
    return { principal: anonymous, refusal: refusalOf(error).message };
  }
}

function refusalOf(error: unknown): IsolithError {
  if (error instanceof UnauthenticatedError) return error;
  throw error;
}

/** The scope around a whole request. The id of its trace is the correlation id of all that follows. */
export const requestScope = ({ principal }: Pick<Identity, 'principal'>, traceId: string): MessageScope => ({
  context: GATEWAY,
  principal,
  correlationId: traceId,
});
