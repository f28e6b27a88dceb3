import { Module, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, CommandHandler, CqrsModule } from '@nestjs/cqrs';
import { IsInt, IsString, Length, Min } from 'class-validator';
import type { Contestant } from '../../harness/contestant.js';
import { oneAfterAnother } from '../../harness/keep-busy.js';

class Reserve {
  @IsString()
  @Length(1, 40)
  sku!: string;

  @IsInt()
  @Min(0)
  quantity!: number;
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
  const pipe = new ValidationPipe({ transform: true });
  return {
    run: (work) =>
      oneAfterAnother(work, async (count) => {
        for (let index = 0; index < count; index += 1) {
          const message: unknown = await pipe.transform(
            { sku: 'T-1', quantity: index % 100 },
            { type: 'body', metatype: Reserve },
          );
          if (message instanceof Reserve) await commands.execute(message);
        }
      }),
    close: () => app.close(),
  };
};
