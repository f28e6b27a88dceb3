import { type Environment, parseConfig, runHost } from '@isolith/isolith';
import { RabbitMqTransport } from '@isolith/message-bus-rabbitmq';
import { Logger } from '@nestjs/common';
import { AppModule } from './app.module.js';
import { serveOpenApi } from './gateway/open-api.js';
import { SHOP_CONTEXTS, shopConfig } from './shop.config.js';

/** Runs the host that the environment describes, as this process. */
export async function startShop(env: Environment): Promise<void> {
  const { config } = parseConfig(shopConfig, env, SHOP_CONTEXTS);
  const {
    values: { TRANSPORT_URL },
    placement,
  } = config;
  const logger = new Logger('RabbitMQ');
  const remote =
    TRANSPORT_URL === undefined
      ? undefined
      : new RabbitMqTransport({
          url: TRANSPORT_URL,
          name: `shop ${placement.here.join('+')}`.slice(0, 200),
          onProblem: (message, err) => logger.warn({ message, err }),
        });
  await runHost({
    config,
    module: AppModule.forRoot(config, remote),
    service: 'shop',
    prepare: (app) => {
      if (config.placement.here.includes('gateway')) serveOpenApi(app);
    },
  });
}
