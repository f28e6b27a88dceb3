import { type Environment, parseConfig, runHost } from '@isolith/isolith';
import { AppModule } from './app.module.js';
import { serveOpenApi } from './gateway/open-api.js';
import { SHOP_CONTEXTS, shopConfig } from './shop.config.js';

/** Runs the host that the environment describes, as this process. */
export async function startShop(env: Environment): Promise<void> {
  const { config } = parseConfig(shopConfig, env, SHOP_CONTEXTS);
  await runHost({
    config,
    module: AppModule.forRoot(config),
    service: 'shop',
    prepare: (app) => {
      if (config.placement.here.includes('gateway')) serveOpenApi(app);
    },
  });
}
