import { type DynamicModule, Module } from '@nestjs/common';
import { Metrics } from '../metrics.js';

/** Provides `Metrics` everywhere. */
@Module({})
export class ObservabilityModule {
  /** @param options.service the host's name in metrics */
  static forRoot(options: { readonly service: string }): DynamicModule {
    return {
      module: ObservabilityModule,
      global: true,
      providers: [{ provide: Metrics, useFactory: () => new Metrics(options.service) }],
      exports: [Metrics],
    };
  }
}
