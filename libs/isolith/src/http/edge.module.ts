import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import type { KeySource } from './auth-keys.js';
import { HttpEdge } from './http-edge.js';
import { ProblemFilter } from './problem.filter.js';
import { SchemaPipe } from './schema.pipe.js';
import { AccessTokens, RefreshTokens } from './tokens.js';

/** What the tokens are signed with; a provider that implements KeySource. */
export const KEY_SOURCE = Symbol('isolith.key-source');

/**
 * The HTTP side of a host: identity, scope, validation, problem documents. `IsolithModule.forRoot()` includes it. It
 * needs `HostLifecycle`, `Metrics` and a KeySource under `KEY_SOURCE` from global modules or from `imports`.
 */
@Module({})
export class EdgeModule {
  static forRoot(
    options: Pick<DynamicModule, 'imports'> & { readonly keys?: KeySource; readonly now?: () => number } = {},
  ): DynamicModule {
    const { imports = [], keys, now } = options;
    return {
      module: EdgeModule,
      global: true,
      imports,
      providers: [
        ...(keys === undefined ? [] : [{ provide: KEY_SOURCE, useValue: keys }]),
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
        HttpEdge,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_PIPE, useClass: SchemaPipe },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
      exports: [AccessTokens, RefreshTokens, HttpEdge],
    };
  }
}
