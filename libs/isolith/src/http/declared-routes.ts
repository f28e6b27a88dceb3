import type { HostLifecycle, HostParticipant } from '@isolith/message-bus/nest';
import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { ROUTE_ACCESS } from './route-access.js';
import { routesOf } from './stated-routes.js';

/** Every route of the application says who may ask; the start is refused with all that do not. */
export class DeclaredRoutes implements HostParticipant {
  readonly name = 'routes';
  readonly stage = 'configuration';

  constructor(
    private readonly modules: ModulesContainer,
    lifecycle: HostLifecycle,
  ) {
    lifecycle.join(this);
  }

  verify(): readonly string[] {
    const controllers = [...this.modules.values()]
      .flatMap((module) => [...module.controllers.values()])
      .flatMap(({ metatype }) => (isType(metatype) ? [metatype] : []));
    return [...new Set(controllers)].flatMap((controller) => this.#undeclared(controller));
  }

  #undeclared(controller: Type): readonly string[] {
    if (Reflect.hasMetadata(ROUTE_ACCESS, controller)) return [];
    return routesOf(controller)
      .filter(({ handler }) => !Reflect.hasMetadata(ROUTE_ACCESS, handler))
      .map(
        ({ method, verb, path }) =>
          `route ${verb} ${path} (${controller.name}.${method}) does not say who may ask: @SignedIn(), @Public() or @OperatorsOnly()`,
      );
  }
}

// Nest types what it makes controllers of as any function; it makes them of classes.
const isType = (value: unknown): value is Type => typeof value === 'function' && 'prototype' in value;
