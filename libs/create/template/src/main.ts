import { IsolithModule, parseConfig, runHost } from '@isolith/isolith';
import { WHOLE_EDGE } from '@isolith/isolith/http';
import { RabbitMqTransport } from '@isolith/message-bus-rabbitmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { app } from './app.js';

const { config } = parseConfig(app, process.env);
const { here } = config.placement;

/** One host: the contexts that CONTEXTS places here (all by default), and the HTTP routes where the gateway is. */
@Module({})
class AppModule {
  static async forHost(): Promise<DynamicModule> {
    return {
      module: AppModule,
      imports: [
        IsolithModule.forRoot({ config, edge: WHOLE_EDGE, remote: (to) => new RabbitMqTransport(to) }),
        ...(await app.modules(here)),
      ],
      controllers: here.includes('gateway') ? [...(await app.routes())] : [],
    };
  }
}

await runHost({ config, module: AppModule.forHost() });
