import { ForbiddenError, UnauthenticatedError } from '@isolith/contracts';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { type Identity, identityOf } from './identity.js';
import { ROUTE_ACCESS, type RouteAccess } from './route-access.js';

/** Operators hold this role. */
export const OPERATOR = 'admin';

/** Refuses a request without a valid access token, unless its route is public. Roles are the contexts' business. */
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
    else requireSignedIn(identity);
    return true;
  }
}

export function requireSignedIn({ principal, refusal }: Identity): void {
  if (principal.user === undefined)
    throw new UnauthenticatedError(refusal ?? 'sign in first: send "Authorization: Bearer <access token>"');
}

export function requireOperator(identity: Identity): void {
  requireSignedIn(identity);
  if (!identity.principal.roles.includes(OPERATOR)) throw new ForbiddenError(`only role ${OPERATOR} may see this`);
}
