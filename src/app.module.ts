import { type HostConfig, IsolithModule, type HostValues, type SettingsOf } from '@isolith/isolith';
import { WHOLE_EDGE } from '@isolith/isolith/http';
import { RabbitMqTransport } from '@isolith/message-bus-rabbitmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { shop } from './shop.js';

export type ShopConfig = HostConfig<HostValues & SettingsOf<typeof shop>>;

/** One host of the shop: the contexts that are placed here, and the gateway if it is. */
@Module({})
export class AppModule {
  static async forRoot(config: ShopConfig): Promise<DynamicModule> {
    const {
      values: { RATE_LIMIT },
      placement: { here },
    } = config;
    return {
      module: AppModule,
      imports: [
        IsolithModule.forRoot({ config, edge: WHOLE_EDGE, remote: (to) => new RabbitMqTransport(to) }),
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
