import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WatchList } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { CommandBus, CommandHandler, EventBus, EventsHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { Client } from 'pg';
import { z } from 'zod';
import { until } from '@isolith/message-bus/testing';
import { ContextDatabase, UnitOfWork } from '../index.js';
import { createServerDatabase } from '@isolith/postgres/testing';
import { CreateSale, Sell, Sold } from '../testing/sample-sales.js';
import { JournalHost, JournalModule } from './index.js';

@CommandHandler(Sell)
class SellHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}
  execute({ saleId, amount }: Sell) {
    return this.unit.run(async () => {
      await this.unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, $2)', [saleId, amount]);
      this.events.publish(new Sold({ saleId, amount }));
      return { total: amount };
    });
  }
}

@EventsHandler(Sold)
class RaiseAmount {
  constructor(private readonly unit: UnitOfWork) {}
  handle({ saleId }: Sold) {
    return this.unit.run(() =>
      this.unit.execute('UPDATE sales.sale SET amount = amount + 100 WHERE id = $1', [saleId]),
    );
  }
}

@Module({
  imports: [
    MessageBusModule.forFeature({
      context: 'sales',
      contracts: [Sell],
      subscriptions: { raises: { handlers: [RaiseAmount] } },
    }),
    JournalModule.forFeature({ context: 'sales', migrations: [CreateSale], retention: { journalDays: 7 } }),
  ],
  providers: [SellHandler, RaiseAmount],
})
class SalesModule {}

let place: Awaited<ReturnType<typeof createServerDatabase>>;
const apps = new Set<INestApplicationContext>();
beforeAll(async () => {
  place = await createServerDatabase();
});
afterEach(async () => {
  await Promise.all([...apps].map((app) => app.close()));
  apps.clear();
});
afterAll(() => place.drop());

async function start() {
  const app = await Test.createTestingModule({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['sales'] } }),
      JournalModule.forRoot({ targetOf: () => ({ kind: 'postgres', url: place.url, poolSize: 3 }) }),
      SalesModule,
    ],
  }).compile();
  app.useLogger(false);
  await app.init();
  apps.add(app);
  const database = app.get(ContextDatabase, { strict: false });
  return {
    app,
    host: app.get(JournalHost),
    sell: (saleId: string) => app.get(CommandBus, { strict: false }).execute(new Sell({ saleId, amount: 1 })),
    amountOf: async (saleId: string) =>
      (await database.query(z.object({ amount: z.int() }), 'SELECT amount FROM sales.sale WHERE id = $1', [saleId]))[0]
        ?.amount,
  };
}

describe('two hosts of one context', () => {
  it('one serves its subscription, for both; when it stops the other does', async () => {
    const [first, second] = [await start(), await start()];
    const leads = async ({ host }: typeof first) => (await host.status()).map(({ leader }) => leader);
    expect([await leads(first), await leads(second)]).toEqual([[true], [false]]);
    await second.sell('a');
    await until(async () => (await first.amountOf('a')) === 101);
    await until(async () => (await second.host.status()).every(({ lag }) => lag === 0));

    apps.delete(first.app);
    await first.app.close();
    await until(async () => (await leads(second))[0] === true);
    await second.sell('b');
    await until(async () => (await second.amountOf('b')) === 101);
    expect(await second.amountOf('a')).toBe(101);
  });

  it('a transaction that stays open is what the journals of its database wait for, and nothing else is', async () => {
    const { app, sell, amountOf } = await start();
    const waiting = async () => {
      const parts = app.get(WatchList).all();
      return (await Promise.all(parts.map(async (part) => part.look()))).flat();
    };
    const long = new Client({ connectionString: place.url });
    await long.connect();
    await long.query('BEGIN');
    await long.query('SELECT pg_current_xact_id()');
    await sell('held');
    await until(async () => (await waiting()).length > 0);
    expect(await waiting()).toMatchObject([
      { kind: 'horizon', name: 'sales', waitedMs: expect.any(Number), causes: ['database sales'] },
    ]);
    await long.end();
    await until(async () => (await amountOf('held')) === 101);
    await until(async () => (await waiting()).length === 0);
  });

  it('tells how old the horizon is, once for each database', async () => {
    const { host } = await start();
    expect(await host.horizon()).toEqual([
      expect.objectContaining({ contexts: ['sales'], seconds: expect.any(Number) }),
    ]);
  });
});
