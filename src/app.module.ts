import { type HostConfig, IsolithModule, type HostValues, type SettingsOf } from '@isolith/isolith';
import type { RemoteTransport } from '@isolith/message-bus';
import { type DynamicModule, Module } from '@nestjs/common';
import { shop } from './shop.js';

export type ShopConfig = HostConfig<HostValues & SettingsOf<typeof shop>>;

/** One host of the shop: the contexts that are placed here, and the gateway if it is. */
@Module({})
export class AppModule {
  static async forRoot(config: ShopConfig, remote?: RemoteTransport): Promise<DynamicModule> {
    const {
      values: { RATE_LIMIT },
      placement: { here },
    } = config;
    return {
      module: AppModule,
      imports: [
        IsolithModule.forRoot({ config, ...(remote === undefined ? {} : { remote }) }),
        ...(await shop.modules(here)),
        ...(here.includes('gateway') ? [await gateway(RATE_LIMIT === 'off' ? undefined : RATE_LIMIT)] : []),
      ],
    };
  }
}

async function gateway(requestsPerSecond: number | undefined): Promise<DynamicModule> {
  const { GatewayModule } = await import('./gateway/gateway.module.js');
  return GatewayModule.forRoot({ routes: await shop.routes(), requestsPerSecond });
}
