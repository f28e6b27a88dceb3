import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Command, CommandBus, CommandHandler, CqrsModule } from '@nestjs/cqrs';
import type { Contestant } from '../../harness/contestant.js';
import { oneAfterAnother } from '../../harness/keep-busy.js';

class Reserve extends Command<{ sku: string; left: number }> {
  constructor(
    readonly sku: string,
    readonly quantity: number,
  ) {
    super();
  }
}

@CommandHandler(Reserve)
class ReserveHandler {
  async execute({ sku, quantity }: Reserve): Promise<{ sku: string; left: number }> {
    return { sku, left: 1_000 - quantity };
  }
}

@Module({ imports: [CqrsModule.forRoot()], providers: [ReserveHandler] })
class AppModule {}

export const open = async (): Promise<Contestant> => {
  const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error'] });
  await app.init();
  const commands = app.get(CommandBus);
  return {
    run: (work) =>
      oneAfterAnother(work, async (count) => {
        for (let index = 0; index < count; index += 1) await commands.execute(new Reserve('T-1', index % 100));
      }),
    close: () => app.close(),
  };
};
