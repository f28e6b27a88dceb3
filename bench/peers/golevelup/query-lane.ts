import { RabbitRPC } from '@golevelup/nestjs-rabbitmq';
import { Injectable } from '@nestjs/common';
import type { Contestant, Server, Surroundings } from '../../harness/contestant.js';
import { keepBusy } from '../../harness/keep-busy.js';
import { start } from './rabbit-module.js';

@Injectable()
class Stock {
  @RabbitRPC({ exchange: 'bench', routingKey: 'stock.check', queue: 'stock', queueOptions: { durable: true } })
  async check({ sku, quantity }: { sku: string; quantity: number }): Promise<{ sku: string; left: number }> {
    return { sku, left: 1_000 - quantity };
  }
}

export const serve = async ({ transportUrl }: Surroundings): Promise<Server> =>
  (await start(transportUrl, [Stock])).app;

export const open = async ({ transportUrl }: Surroundings): Promise<Contestant> => {
  const { app, connection } = await start(transportUrl, []);
  return {
    run: (work) =>
      keepBusy(work, async (index) => {
        const quantity = index % 100;
        const { left } = await connection.request<{ left: number }>({
          exchange: 'bench',
          routingKey: 'stock.check',
          payload: { sku: 'T-1', quantity },
        });
        if (left !== 1_000 - quantity) throw new Error(`a wrong answer: ${left}`);
      }),
    close: () => app.close(),
  };
};
