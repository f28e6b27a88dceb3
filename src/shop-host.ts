import { type Environment, parseConfig, runHost } from '@isolith/isolith';
import { RabbitMqTransport } from '@isolith/message-bus-rabbitmq';
import { Logger } from '@nestjs/common';
import { AppModule } from './app.module.js';
import { shop } from './shop.js';

/**
 * Runs the host that the environment describes, as this process. Awaits nothing before `runHost`, which takes the
 * signals over.
 */
export async function startShop(env: Environment): Promise<void> {
  const { config } = parseConfig(shop, env);
  const {
    values: { TRANSPORT_URL },
    placement,
  } = config;
  const isGateway = placement.here.includes('gateway');
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
    prepare: async (app) => {
      if (isGateway) (await import('./gateway/open-api.js')).serveOpenApi(app);
    },
  });
}
