import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '@isolith/isolith';
import { AppModule } from './app.module.js';
import { GatewayModule } from './gateway/gateway.module.js';
import { OrdersModule } from './orders/orders.module.js';
import { shop } from './shop.js';

/** The modules of the shop that a host with this environment imports, by name. */
async function modulesOf(env: Record<string, string>): Promise<readonly string[]> {
  const { imports = [] } = await AppModule.forRoot(parseConfig(shop, env).config);
  return imports.map((one) =>
    typeof one === 'function'
      ? one.name
      : 'module' in one && typeof one.module === 'function'
        ? one.module.name
        : 'unknown',
  );
}

describe('a host of the shop', () => {
  it('imports every context and the gateway by default', async () => {
    expect(await modulesOf({})).toEqual([
      'IsolithModule',
      'ConsoleModule',
      'UsersModule',
      'ProductsModule',
      'InventoryModule',
      'PaymentsModule',
      'ShipmentsModule',
      'NotificationsModule',
      'OrdersModule',
      'AssistantModule',
      'GatewayModule',
      'McpModule',
    ]);
  });

  it('imports what is placed here and nothing else', async () => {
    expect(await modulesOf({ CONTEXTS: 'orders' })).toEqual(['IsolithModule', 'ConsoleModule', OrdersModule.name]);
    expect(await modulesOf({ CONTEXTS: 'gateway' })).toEqual([
      'IsolithModule',
      'ConsoleModule',
      GatewayModule.name,
      'McpModule',
    ]);
    expect(await modulesOf({ CONTEXTS: 'gateway', MCP: 'off' })).toEqual([
      'IsolithModule',
      'ConsoleModule',
      GatewayModule.name,
    ]);
  });
});
