import { ForbiddenError, UnauthenticatedError } from '@isolith/contracts';
import { type CanActivate, type ExecutionContext, Injectable, ServiceUnavailableException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { type Identity, identityOf } from './identity.js';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.js';

/** Operators hold this role. */
export const OPERATOR = 'admin';

/**
 * Lets a request through as its route declares it, and none where a route declares nothing. Roles are the contexts'
 * business.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const access = this.reflector.getAllAndOverride<RouteAccess | undefined>(ROUTE_ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (access === 'public') return true;
    const identity = identityOf(context.switchToHttp().getRequest<FastifyRequest>());
    if (access === 'operators') requireOperator(identity);
    else if (access === 'signed-in') requireSignedIn(identity);
    else throw new ForbiddenError('this route is for nobody: it does not say who may ask');
    return true;
  }
}

export function requireSignedIn({ principal, refusal, isUnsettled }: Identity): void {
  if (isUnsettled) throw new ServiceUnavailableException('whether the session goes on can not be told now; ask again');
  if (principal.user === undefined)
    throw new UnauthenticatedError(refusal ?? 'sign in first: send "Authorization: Bearer <access token>"');
}

export function requireOperator(identity: Identity): void {
  requireSignedIn(identity);
  if (!identity.principal.roles.includes(OPERATOR)) throw new ForbiddenError(`only role ${OPERATOR} may see this`);
}
