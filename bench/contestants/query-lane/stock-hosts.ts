import { command, query, signedIn } from '@isolith/contracts';
import { application, context as describe, IsolithModule, parseConfig } from '@isolith/isolith';
import { WHOLE_EDGE } from '@isolith/isolith/http';
import { runAs } from '@isolith/message-bus';
import { HostListener, MessageBusModule } from '@isolith/message-bus/nest';
import { RabbitMqTransport } from '@isolith/message-bus-rabbitmq';
import { Module, type INestApplication, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandHandler, QueryHandler } from '@nestjs/cqrs';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { z } from 'zod';

const wanted = z.object({ sku: z.string().min(1).max(40), quantity: z.int().min(0) });
const left = z.object({ sku: z.string(), left: z.int() });

export class Check extends query('stock.check', { input: wanted, output: left, access: [signedIn()] }) {}
export class Reserve extends command('stock.reserve', { input: wanted, output: left, access: [signedIn()] }) {}

@QueryHandler(Check)
class CheckHandler {
  async execute({ sku, quantity }: Check): Promise<z.output<typeof left>> {
    return { sku, left: 1_000 - quantity };
  }
}

@CommandHandler(Reserve)
class ReserveHandler {
  async execute({ sku, quantity }: Reserve): Promise<z.output<typeof left>> {
    return { sku, left: 1_000 - quantity };
  }
}

/** A context without data of its own: what is measured is the way to it and back. */
@Module({
  imports: [MessageBusModule.forFeature({ context: 'stock', contracts: [Check, Reserve] })],
  providers: [CheckHandler, ReserveHandler],
})
class StockModule {}

/** Starts a host as the product does, with identity between hosts on. */
export async function startHost(
  transportUrl: string,
  context: 'stock' | 'gateway',
  modules: readonly Type[] = [],
): Promise<INestApplication> {
  const { config, violations } = parseConfig(application('bench', [describe('stock')]), {
    CONTEXTS: context,
    TRANSPORT_URL: transportUrl,
    AUTH_SECRET: 'only for this bench, which nobody else reaches',
    // Required of every split host. Nothing here keeps data, so that nobody connects to it.
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  });
  if (violations.length > 0) throw new Error(violations.join('\n'));
  const remote = new RabbitMqTransport({
    url: transportUrl,
    name: context,
    onProblem: (line, error) => console.error(line, error),
  });

  @Module({ imports: [IsolithModule.forRoot({ config, remote, edge: WHOLE_EDGE }), ...modules] })
  class HostModule {}

  const app = await NestFactory.create(HostModule, new FastifyAdapter(), {
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  app.connectMicroservice({ strategy: app.get(HostListener, { strict: false }).asMicroservice() });
  await app.init();
  await app.startAllMicroservices();
  return app;
}

export const serveStock = (transportUrl: string): Promise<INestApplication> =>
  startHost(transportUrl, 'stock', [StockModule]);

/** As the route of a gateway sends: for a user that is signed in. */
export function asUser<T>(work: () => T): T {
  return runAs('gateway', work, { principal: { service: 'gateway', user: 'u-1', roles: ['customer'] } });
}
