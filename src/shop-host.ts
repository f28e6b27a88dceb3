import { type Environment, parseConfig, runHost } from '@isolith/isolith';
import { AppModule } from './app.module.js';
import { shop } from './shop.js';

/**
 * Runs the host that the environment describes, as this process. Awaits nothing before `runHost`, which takes the
 * signals over.
 */
export async function startShop(env: Environment): Promise<void> {
  const { config } = parseConfig(shop, env);
  const isGateway = config.placement.here.includes('gateway');
  await runHost({
    config,
    module: AppModule.forRoot(config),
    prepare: async (app) => {
      if (isGateway) (await import('./gateway/open-api.js')).serveOpenApi(app);
    },
  });
}
