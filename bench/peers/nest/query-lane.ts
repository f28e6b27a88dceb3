import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Ctx,
  MessagePattern,
  Payload,
  RmqContext,
  Transport,
  ClientRMQ,
  type MicroserviceOptions,
} from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import type { Contestant, Server, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { rmq } from './rmq-options.js';

@Controller()
class StockController {
  @MessagePattern('stock.check')
  check(
    @Payload() { sku, quantity }: { sku: string; quantity: number },
    @Ctx() context: RmqContext,
  ): { sku: string; left: number } {
    context.getChannelRef().ack(context.getMessage());
    return { sku, left: 1_000 - quantity };
  }
}

@Module({ controllers: [StockController] })
class StockModule {}

export const serve = async ({ transportUrl }: Surroundings): Promise<Server> => {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(StockModule, {
    transport: Transport.RMQ,
    options: rmq(transportUrl, 'stock', false),
    logger: ['error'],
  });
  await app.listen();
  return app;
};

export const open = async ({ transportUrl }: Surroundings): Promise<Contestant> => {
  // Answers come by direct reply-to, which has no acknowledgements.
  const client = new ClientRMQ({ ...rmq(transportUrl, 'stock', false), noAck: true });
  await client.connect();
  return {
    run: (work) =>
      keepBusy(work, async (index) => {
        const quantity = index % 100;
        const { left } = await firstValueFrom(client.send<{ left: number }>('stock.check', { sku: 'T-1', quantity }));
        if (left !== 1_000 - quantity) throw new Error(`a wrong answer: ${left}`);
      }),
    close: () => client.close(),
  };
};
