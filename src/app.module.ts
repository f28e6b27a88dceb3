import { mcpEdgeOf, mcpSettings } from '@isolith/agents/mcp-settings';
import { ConsoleModule, consoleSettings } from '@isolith/console';
import { type HostConfig, IsolithModule, type HostValues, type SettingsOf } from '@isolith/isolith';
import { WHOLE_EDGE } from '@isolith/isolith/http';
import { RabbitMqTransport } from '@isolith/message-bus-rabbitmq';
import { type DynamicModule, Module } from '@nestjs/common';
import type { GatewayOptions } from './gateway/gateway.module.js';
import { endedSessions, shop } from './shop.js';

export type ShopConfig = HostConfig<HostValues & SettingsOf<typeof shop>>;

/** One host of the shop: the contexts that are placed here, and the gateway if it is. */
@Module({})
export class AppModule {
  static async forRoot(config: ShopConfig): Promise<DynamicModule> {
    const {
      values: { RATE_LIMIT, RATE_LIMIT_NETWORK, LOAD_SHEDDING, DATABASE_URL },
      placement: { here },
    } = config;
    return {
      module: AppModule,
      imports: [
        IsolithModule.forRoot({
          config,
          edge: WHOLE_EDGE,
          remote: (to) => new RabbitMqTransport(to),
          endedSessions,
        }),
        ConsoleModule.forRoot({
          application: 'Shop',
          settings: config.settings(consoleSettings),
          // Only there: the pages of a host ask nobody but it.
          ...(here.includes('gateway') ? { signIn: { url: '/v1/sessions' } } : {}),
        }),
        ...(await shop.modules(here)),
        ...(here.includes('gateway')
          ? [
              await gateway({
                limits:
                  RATE_LIMIT === 'off'
                    ? undefined
                    : { perSecond: RATE_LIMIT, perNetwork: RATE_LIMIT_NETWORK, sharedIn: DATABASE_URL },
                longestQueueMs: LOAD_SHEDDING === 'off' ? undefined : LOAD_SHEDDING,
              }),
              ...(config.settings(mcpSettings).MCP === 'on' ? [await mcpServer(config)] : []),
            ]
          : []),
      ],
    };
  }
}

/** Loaded where it is served alone: it brings the protocol's SDK along. */
async function mcpServer(config: ShopConfig): Promise<DynamicModule> {
  const [{ McpModule }, { mcpTools }] = await Promise.all([import('@isolith/agents/mcp'), import('./mcp-tools.js')]);
  return McpModule.forRoot({
    name: 'shop',
    version: '1',
    instructions: 'Products, and the orders of whoever is signed in. What writes waits for their approval first.',
    tools: mcpTools(),
    approvals: { context: 'assistant' },
    ...mcpEdgeOf(config.settings(mcpSettings)),
  });
}

async function gateway(bounds: Omit<GatewayOptions, 'routes'>): Promise<DynamicModule> {
  const { GatewayModule } = await import('./gateway/gateway.module.js');
  return GatewayModule.forRoot({ routes: await shop.routesByContext(), ...bounds });
}
