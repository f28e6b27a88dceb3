import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import type { KeySource } from './auth-keys.js';
import type { EdgePart } from './edge-part.js';
import { HttpEdge } from './http-edge.js';
import { ProblemFilter } from './problem.filter.js';
import { SchemaPipe } from './schema.pipe.js';
import { type CallerOf, ScopeInterceptor } from './scope.interceptor.js';
import { AccessTokens, RefreshTokens } from './tokens.js';

/** What the tokens are signed with; a provider that implements KeySource. */
export const KEY_SOURCE = Symbol('isolith.key-source');

export interface EdgeOptions extends Pick<DynamicModule, 'imports'> {
  readonly parts: readonly EdgePart[];
  /** Who sends a request, where `requests` is not among the parts. Default: nobody in particular. */
  readonly callerOf?: CallerOf;
  readonly keys?: KeySource;
  readonly now?: () => number;
}

/**
 * The HTTP side of a host, part by part. `IsolithModule.forRoot()` includes it. It needs `HostLifecycle`, `Metrics` and a
 * KeySource under `KEY_SOURCE` from global modules or from `imports`.
 */
@Module({})
export class EdgeModule {
  static forRoot({ parts, imports = [], callerOf = () => undefined, keys, now }: EdgeOptions): DynamicModule {
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
      ? [...tokens, HttpEdge]
      : [{ provide: APP_INTERCEPTOR, useFactory: () => new ScopeInterceptor(callerOf) }];
    return {
      module: EdgeModule,
      global: true,
      imports,
      providers: [
        ...(keys === undefined ? [] : [{ provide: KEY_SOURCE, useValue: keys }]),
        ...requests,
        ...(has('identity') ? [{ provide: APP_GUARD, useClass: AccessGuard }] : []),
        ...(has('validation') ? [{ provide: APP_PIPE, useClass: SchemaPipe }] : []),
        ...(has('problems') ? [{ provide: APP_FILTER, useClass: ProblemFilter }] : []),
      ],
      exports: has('requests') ? [AccessTokens, RefreshTokens, HttpEdge] : [],
    };
  }
}
