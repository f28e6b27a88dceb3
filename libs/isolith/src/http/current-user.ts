import { UnauthenticatedError, type Principal } from '@isolith/contracts';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { identityOf } from './identity.js';

/** Route parameter: who makes the request. `user` is absent on a public route that is called without a token. */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal =>
    identityOf(context.switchToHttp().getRequest<FastifyRequest>()).principal,
);

/** Route parameter: the session's id that the access token was issued for; 401 without one. */
export const CurrentSession = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const { session, refusal } = identityOf(context.switchToHttp().getRequest<FastifyRequest>());
  if (session === undefined) throw new UnauthenticatedError(refusal ?? 'sign in first');
  return session;
});
