import { LoadSheddingModule, RateLimitModule, type RateLimitOptions } from '@isolith/isolith/http';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { DocsController } from './docs.controller.js';

export interface GatewayOptions {
  /** Of every context, wherever the contexts are: routes only send messages. */
  readonly routes: ReadonlyMap<string, readonly Type[]>;
  /** Of requests; unlimited when undefined. */
  readonly limits: RateLimitOptions | undefined;
  /** Milliseconds that a queue of requests may stand before more are refused; none are when undefined. */
  readonly longestQueueMs: number | undefined;
}

@Module({})
export class GatewayModule {
  static forRoot({ routes, limits, longestQueueMs }: GatewayOptions): DynamicModule {
    return {
      module: GatewayModule,
      // Who asks too often takes no place from others, so limits of requests come first.
      imports: [
        ...(limits === undefined ? [] : [RateLimitModule.forRoot(limits)]),
        ...(longestQueueMs === undefined ? [] : [LoadSheddingModule.forRoot({ targetMs: longestQueueMs, routes })]),
      ],
      controllers: [...[...routes.values()].flat(), DocsController],
    };
  }
}
