import { type CustomDecorator, SetMetadata } from '@nestjs/common';

export const ROUTE_ACCESS = Symbol('isolith.route-access');
export type RouteAccess = 'public' | 'signed-in' | 'operators';

/** A route (or all of a controller) for anyone, signed in or not. */
export const Public = (): CustomDecorator<symbol> => SetMetadata(ROUTE_ACCESS, 'public' satisfies RouteAccess);

/**
 * A route (or all of a controller) for whoever has a valid access token. Who of them may do what is written in the
 * message's contract and checked by the context.
 */
export const SignedIn = (): CustomDecorator<symbol> => SetMetadata(ROUTE_ACCESS, 'signed-in' satisfies RouteAccess);

/**
 * A route about the host itself, for role `admin`. Routes of a context do not use it: who may do what is written in
 * the message's contract and checked by the context.
 */
export const OperatorsOnly = (): CustomDecorator<symbol> =>
  SetMetadata(ROUTE_ACCESS, 'operators' satisfies RouteAccess);
