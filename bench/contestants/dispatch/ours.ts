import { anyone, command } from '@isolith/contracts';
import { runAs } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, CommandHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import type { Contestant } from '../../harness/contestant.js';
import { oneAfterAnother } from '../../harness/keep-busy.js';

class Reserve extends command('stock.reserve', {
  input: z.object({ sku: z.string().min(1).max(40), quantity: z.int().min(0) }),
  output: z.object({ sku: z.string(), left: z.int() }),
  access: [anyone()],
}) {}

@CommandHandler(Reserve)
class ReserveHandler {
  async execute({ sku, quantity }: Reserve): Promise<{ sku: string; left: number }> {
    return { sku, left: 1_000 - quantity };
  }
}

@Module({
  imports: [MessageBusModule.forFeature({ context: 'stock', contracts: [Reserve] })],
  providers: [ReserveHandler],
})
class StockModule {}

@Module({ imports: [MessageBusModule.forRoot({ placement: { here: ['stock', 'shop'] } }), StockModule] })
class AppModule {}

export const open = async (): Promise<Contestant> => {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
  const commands = app.get(CommandBus);
  return {
    // As the handler of another context would send it.
    run: (work) =>
      runAs('shop', () =>
        oneAfterAnother(work, async (count) => {
          for (let index = 0; index < count; index += 1)
            await commands.execute(new Reserve({ sku: 'T-1', quantity: index % 100 }));
        }),
      ),
    close: () => app.close(),
  };
};
