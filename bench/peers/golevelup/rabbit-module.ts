import 'reflect-metadata';
import { AmqpConnection, RabbitMQModule } from '@golevelup/nestjs-rabbitmq';
import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

export interface Started {
  readonly app: INestApplicationContext;
  readonly connection: AmqpConnection;
}

export async function start(transportUrl: string, providers: readonly Type[]): Promise<Started> {
  @Module({
    imports: [
      RabbitMQModule.forRoot({
        uri: transportUrl,
        exchanges: [{ name: 'bench', type: 'direct' }],
        prefetchCount: 100,
        connectionInitOptions: { wait: true },
        connectionManagerOptions: { connectionOptions: { noDelay: true } },
        enableDirectReplyTo: true,
      }),
    ],
    providers: [...providers],
  })
  class RabbitModule {}

  const app = await NestFactory.createApplicationContext(RabbitModule, { logger: ['error'] });
  await app.init();
  return { app, connection: app.get(AmqpConnection) };
}
