import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anyone, command, event, service } from '@isolith/contracts';
import { repair, UnitOfWork } from '@isolith/journal';
import { makeRoles, moveData, schemaOf, type DatabaseTarget } from '@isolith/postgres';
import { contextsKeptBy } from '@isolith/journal/nest';
import { createServerDatabase } from '@isolith/postgres/testing';
import { until } from '@isolith/message-bus/testing';
import { lostSteps, saga, Sagas } from '@isolith/saga';
import { ConsoleLogger, Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { CommandBus, CommandHandler, EventBus, EventsHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { Client } from 'pg';
import { z } from 'zod';
import { context, lazily } from '../context/context.js';
import { IsolithModule } from '../index.js';

const input = z.object({ id: z.string() });
class Taken extends event('stock.taken', { input, key: 'id' }) {}
class Take extends command('stock.take', { input, access: [service('orders')] }) {}
class Place extends command('orders.place', { input, access: [anyone()] }) {}

const stock = context('stock', { schema: 'app_stock', contracts: [Taken, Take] });
const orders = context('orders', {
  schema: 'app_orders',
  contracts: [Place],
  needs: [Take],
  subscriptions: { takings: { events: [Taken] } },
});

@CommandHandler(Take)
class TakeHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}
  execute = ({ id }: Take) => this.unit.run(async () => void (await this.events.publish(new Taken({ id }))));
}

@Injectable()
class Order {
  readonly definition = saga({
    name: 'orders.order',
    state: input,
    steps: (step) => [step({ name: 'take', invoke: ({ id }) => new Take({ id }), pivot: true })],
  });
}

@CommandHandler(Place)
class PlaceHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly sagas: Sagas,
    private readonly order: Order,
  ) {}
  execute = ({ id }: Place) => this.unit.run(() => this.sagas.begin(this.order.definition, id, { id }));
}

const heard: string[] = [];
@EventsHandler(Taken)
class OnTaken {
  constructor(private readonly unit: UnitOfWork) {}
  handle = ({ id }: Taken) => this.unit.run(async () => void heard.push(id));
}

@Module({ imports: [IsolithModule.forFeature(stock)], providers: [TakeHandler] })
class StockModule {}
@Module({
  imports: [IsolithModule.forFeature(orders, { sagas: [Order], subscriptions: { takings: [OnTaken] } })],
  providers: [Order, PlaceHandler, OnTaken],
})
class OrdersModule {}

const contexts = [
  lazily(stock, { module: async () => StockModule }),
  lazily(orders, { module: async () => OrdersModule }),
];

let place: Awaited<ReturnType<typeof createServerDatabase>>;
let folder: string;
let admin: Client;
beforeEach(async () => {
  heard.length = 0;
  folder = mkdtempSync(join(tmpdir(), 'isolith-schema-'));
  place = await createServerDatabase();
  admin = new Client({ connectionString: place.url });
  await admin.connect();
});
afterEach(async () => {
  await admin.end();
  await place.drop();
  rmSync(folder, { recursive: true });
});

/** Starts a host, has an order placed, waits for its saga and its event, and stops. */
async function hostPlaces(id: string, env: Readonly<Record<string, string>>): Promise<void> {
  const host: INestApplicationContext = await Test.createTestingModule({
    imports: [IsolithModule.forRoot({ contexts, env })],
  })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile()
    .then((module) => module.init());
  try {
    await host.get(CommandBus, { strict: false }).execute(new Place({ id }));
    await until(async () => heard.includes(id));
  } finally {
    await host.close();
  }
}

const rows = async (text: string): Promise<readonly unknown[]> => (await admin.query<object>(text)).rows;
const schemas = (): Promise<readonly unknown[]> =>
  rows(
    `SELECT DISTINCT schemaname AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );

describe('contexts with schemas of their own names', () => {
  it('are kept, moved, repaired and given roles there, and nowhere else', async () => {
    await hostPlaces('embedded', { DATA_DIR: folder });
    const kept = await contextsKeptBy([StockModule, OrdersModule]);
    expect(kept.map(schemaOf)).toEqual(['app_stock', 'app_orders']);
    const targetOf = (): DatabaseTarget => ({ kind: 'postgres', url: place.url, poolSize: 3 });
    const said: string[] = [];
    const say = (line: string): number => said.push(line);

    const moved = await moveData({ dataDir: folder, contexts: kept, targetOf, say });
    expect(moved.map(({ context: name, action }) => [name, action])).toEqual([
      ['stock', 'copy'],
      ['orders', 'copy'],
    ]);
    await hostPlaces('moved', { DATABASE_URL: place.url });
    expect(await schemas()).toEqual([{ name: 'app_orders' }, { name: 'app_stock' }]);
    expect(await rows(`SELECT key FROM app_stock.journal ORDER BY position`)).toEqual([
      { key: 'embedded' },
      { key: 'moved' },
    ]);
    expect(await rows(`SELECT id, status FROM app_orders.saga ORDER BY id`)).toEqual([
      { id: 'embedded', status: 'completed' },
      { id: 'moved', status: 'completed' },
    ]);

    await admin.query(`SELECT setval('app_stock.journal_position_seq', 1)`);
    const result = await repair({ contexts: kept, targetOf, apply: true, say, inspections: [lostSteps] });
    expect(result).toEqual({ repairable: 1, toSee: 0 });
    expect(said).toContainEqual(expect.stringContaining('the sequence app_stock.journal_position_seq stands at 1'));
    await hostPlaces('repaired', { DATABASE_URL: place.url });

    const role = `guest_${process.pid}`;
    const own = new URL(place.url);
    own.username = role;
    own.password = 'password';
    const owners = [{ context: 'stock', schemas: ['app_stock'], url: own.href, variable: 'STOCK_DATABASE_URL' }];
    await makeRoles({ owners, adminUrl: place.url, adminVariable: 'ADMIN_DATABASE_URL', apply: true, say });
    try {
      await hostPlaces('by its own role', { DATABASE_URL: place.url, STOCK_DATABASE_URL: own.href });
      expect(await schemas()).toEqual([{ name: 'app_orders' }, { name: 'app_stock' }]);
    } finally {
      await admin.query(`REASSIGN OWNED BY ${role} TO current_user`);
      await admin.query(`DROP OWNED BY ${role}`);
      await admin.query(`DROP ROLE ${role}`);
    }
  });
});
