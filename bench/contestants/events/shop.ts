import { command, event, signedIn } from '@isolith/contracts';
import { application, context, IsolithModule, parseConfig } from '@isolith/isolith';
import { WHOLE_EDGE } from '@isolith/isolith/http';
import { UnitOfWork } from '@isolith/journal';
import { HostListener } from '@isolith/message-bus/nest';
import { RabbitMqTransport } from '@isolith/message-bus-rabbitmq';
import { Inject, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandHandler, EventBus, EventsHandler } from '@nestjs/cqrs';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { SALE_TABLE } from './sale-table.js';

const sale = z.object({ id: z.uuid(), sku: z.string().min(1).max(40), quantity: z.int().min(1) });
export class Sell extends command('till.sell', { input: sale, access: [signedIn()] }) {}
export class Sold extends event('till.sold', { input: sale, key: 'id' }) {}

@CommandHandler(Sell)
class SellHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}

  execute({ id, sku, quantity }: Sell): Promise<void> {
    return this.unit.run(async () => {
      this.events.publish(new Sold({ id, sku, quantity }));
    });
  }
}

const EFFECT_SEEN = Symbol('effect seen');

@EventsHandler(Sold)
class OnSold {
  constructor(
    private readonly unit: UnitOfWork,
    @Inject(EFFECT_SEEN) private readonly seen: (id: string) => void,
  ) {}

  async handle({ id, sku, quantity }: Sold): Promise<void> {
    await this.unit.run(() =>
      this.unit.execute('INSERT INTO ledger.sale (id, sku, quantity) VALUES ($1, $2, $3)', [id, sku, quantity]),
    );
    this.seen(id);
  }
}

class CreateSales1700000000001 {
  readonly name = 'CreateSales1700000000001';
  async up(runner: { query(sql: string): Promise<unknown> }) {
    await runner.query(SALE_TABLE);
  }
  async down(runner: { query(sql: string): Promise<unknown> }) {
    await runner.query('DROP TABLE ledger.sale');
  }
}

const till = context('till', { contracts: [Sell, Sold] });
const ledger = context('ledger', { subscriptions: { sales: { events: [Sold], from: 'beginning' } } });

@Module({ imports: [IsolithModule.forFeature(till)], providers: [SellHandler] })
class TillModule {}

@Module({})
class LedgerModule {
  static forRoot(seen: (id: string) => void) {
    const feature = IsolithModule.forFeature(ledger, {
      subscriptions: { sales: [OnSold] },
      migrations: [CreateSales1700000000001],
    });
    return { module: LedgerModule, imports: [feature], providers: [OnSold, { provide: EFFECT_SEEN, useValue: seen }] };
  }
}

export interface ShopOptions {
  readonly contexts: readonly ('till' | 'ledger' | 'gateway')[];
  readonly databaseUrl: string;
  readonly transportUrl?: string;
  /** Called once the effect of an event is committed. */
  readonly seen?: (id: string) => void;
}

/** A host as the product starts one. */
export async function startShop({
  contexts,
  databaseUrl,
  transportUrl,
  seen = () => undefined,
}: ShopOptions): Promise<INestApplication> {
  const environment = {
    CONTEXTS: contexts.join(','),
    AUTH_SECRET: 'only for this bench, which nobody else reaches',
    DATABASE_URL: databaseUrl,
    DATA_DIR: 'memory://',
  };
  const { config, violations } = parseConfig(application('bench', [till, ledger]), {
    ...environment,
    ...(transportUrl === undefined ? {} : { TRANSPORT_URL: transportUrl }),
  });
  if (violations.length > 0) throw new Error(violations.join('\n'));
  const remote =
    transportUrl === undefined
      ? undefined
      : new RabbitMqTransport({
          url: transportUrl,
          name: contexts.join('+'),
          onProblem: (line, error) => console.error(line, error),
        });

  @Module({
    imports: [
      IsolithModule.forRoot({ config, edge: WHOLE_EDGE, ...(remote === undefined ? {} : { remote }) }),
      ...(contexts.includes('till') ? [TillModule] : []),
      ...(contexts.includes('ledger') ? [LedgerModule.forRoot(seen)] : []),
    ],
  })
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
