import { RateLimitModule } from '@isolith/isolith/http';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { DocsController } from './docs.controller.js';

interface GatewayOptions {
  /** Of every context, wherever the contexts are: routes only send messages. */
  readonly routes: readonly Type[];
  /** Per identity; unlimited when undefined. */
  readonly requestsPerSecond: number | undefined;
}

@Module({})
export class GatewayModule {
  static forRoot({ routes, requestsPerSecond }: GatewayOptions): DynamicModule {
    const limits = requestsPerSecond === undefined ? [] : [RateLimitModule.forRoot({ perSecond: requestsPerSecond })];
    return { module: GatewayModule, imports: limits, controllers: [...routes, DocsController] };
  }
}
