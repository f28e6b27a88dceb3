import { HostLifecycle } from '@isolith/message-bus/nest';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { AccessGuard } from './access.guard.js';
import { KEY_SOURCE, type KeySource } from './auth-keys.js';
import { DeclaredRoutes } from './declared-routes.js';
import type { EdgePart } from './edge-part.js';
import { HttpEdge } from './http-edge.js';
import { OperationsLimit } from './operations-limit.js';
import { ProblemFilter } from './problem.filter.js';
import { SchemaPipe } from './schema.pipe.js';
import { type CallerOf, ScopeInterceptor } from './scope.interceptor.js';
import { SessionGate } from './session-gate.js';
import { SessionWatch } from './session-watch.js';
import { AccessTokens, RefreshTokens } from './tokens.js';

/** Which parts of the HTTP edge an application takes, and what they work with. */
export interface EdgeOptions extends Pick<DynamicModule, 'imports'> {
  readonly parts: readonly EdgePart[];
  /** Who sends a request, where `requests` is not among the parts. Default: nobody in particular. */
  readonly callerOf?: CallerOf;
  readonly keys?: KeySource;
  readonly now?: () => number;
  /** Requests per second and identity to what operators ask for; unlimited when absent. */
  readonly operationsPerSecond?: number | undefined;
}

const declaredRoutes: Provider = {
  provide: DeclaredRoutes,
  inject: [ModulesContainer, HostLifecycle],
  useFactory: (modules: ModulesContainer, lifecycle: HostLifecycle) => new DeclaredRoutes(modules, lifecycle),
};

/**
 * The HTTP side of a host, part by part. `IsolithModule.forRoot()` includes it. It needs `HostLifecycle`, `Metrics` and
 * a KeySource under `KEY_SOURCE` from global modules or from `imports`.
 */
@Module({})
export class EdgeModule {
  static forRoot({
    parts,
    imports = [],
    callerOf = () => undefined,
    keys,
    now,
    operationsPerSecond,
  }: EdgeOptions): DynamicModule {
    const has = (part: EdgePart): boolean => parts.includes(part);
    const tokens = [
      {
        provide: AccessTokens,
        inject: [KEY_SOURCE],
        useFactory: (source: KeySource) => new AccessTokens(source, now),
      },
      {
        provide: RefreshTokens,
        inject: [KEY_SOURCE],
        useFactory: (source: KeySource) => new RefreshTokens(source, now),
      },
    ];
    const requests: readonly Provider[] = has('requests')
      ? [...tokens, SessionGate, SessionWatch, HttpEdge]
      : [{ provide: APP_INTERCEPTOR, useFactory: () => new ScopeInterceptor(callerOf) }];
    return {
      module: EdgeModule,
      global: true,
      imports,
      providers: [
        ...(keys === undefined ? [] : [{ provide: KEY_SOURCE, useValue: keys }]),
        ...requests,
        ...(has('identity') ? [{ provide: APP_GUARD, useClass: AccessGuard }, declaredRoutes] : []),
        ...(has('validation') ? [{ provide: APP_PIPE, useClass: SchemaPipe }] : []),
        ...(has('operations') && operationsPerSecond !== undefined
          ? [
              {
                provide: OperationsLimit,
                inject: [HttpAdapterHost, HttpEdge],
                useFactory: (host: HttpAdapterHost<FastifyAdapter>, edge: HttpEdge) =>
                  new OperationsLimit(host, edge, operationsPerSecond),
              },
            ]
          : []),
        ...(has('problems') ? [{ provide: APP_FILTER, useClass: ProblemFilter }] : []),
      ],
      exports: has('requests') ? [AccessTokens, RefreshTokens, SessionWatch, HttpEdge] : [],
    };
  }
}
