import type { Type } from '@nestjs/common';
import { commandIdOptionsOf, KEY } from './command-id.js';
import { ROUTE_ACCESS } from './route-access.js';

/** What the edge asks of every request to a route, read from where it is enforced: a description that can't drift. */
export interface RouteDescription {
  /** Whether it is answered without an access token. */
  readonly isPublic: boolean;
  /** The header `Idempotency-Key`, where the route looks at it. */
  readonly idempotencyKey?: { readonly required: boolean; readonly pattern: string };
}

/**
 * What a route says of its access and its `Idempotency-Key`, for documents about it.
 * @param method name of the controller's method that handles the route
 * @throws {TypeError} when there is no such method
 */
export function describeRoute(controller: Type, method: string): RouteDescription {
  const prototype: object = controller.prototype;
  const handler: unknown = Reflect.get(prototype, method);
  if (typeof handler !== 'function') throw new TypeError(`${controller.name} has no method ${method}`);
  const access: unknown = Reflect.getMetadata(ROUTE_ACCESS, handler) ?? Reflect.getMetadata(ROUTE_ACCESS, controller);
  const options = commandIdOptionsOf(prototype, method);
  return {
    isPublic: access === 'public',
    ...(options === undefined ? {} : { idempotencyKey: { required: options.required ?? false, pattern: KEY.source } }),
  };
}
