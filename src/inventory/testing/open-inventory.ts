import { randomUUID } from 'node:crypto';
import type { EventContract } from '@isolith/contracts';
import { settingsOf } from '@isolith/isolith';
import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { openTestDatabase } from '@isolith/journal/testing';
import { MessageRouter, runAs, runInScope } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { CommandBus, QueryBus, type Command, type Query } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { GetStockHandler } from '../features/get-stock.js';
import { OnShipmentDispatched } from '../features/on-shipment-dispatched.js';
import { ReceiveStockHandler } from '../features/receive-stock.js';
import { ReleaseStockHandler } from '../features/release-stock.js';
import { ReserveStockHandler } from '../features/reserve-stock.js';
import { ReturnStockHandler } from '../features/return-stock.js';
import { SeedDemoStock } from '../features/seed-demo-stock.js';
import { inventoryMigrations } from '../infra/inventory.migrations.js';
import { Reservations } from '../infra/reservations.js';
import { Stock } from '../infra/stock.js';
import { inventory } from '../inventory.context.js';
import { GetStock, ReceiveStock, type StockLevel } from '../inventory.contract.js';

const EventRow = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });

/** The context as it runs in a host (bus, inbox, unit of work), on a database of its own. Close it after use. */
export async function openInventory() {
  const place = await openTestDatabase();
  const module = await Test.createTestingModule({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['inventory'] } }),
      MessageBusModule.forFeature({
        context: 'inventory',
        subscriptions: { 'stock-commits': { handlers: [OnShipmentDispatched] } },
      }),
      JournalModule.forRoot({ targetOf: () => place.target }),
      JournalModule.forFeature({ context: 'inventory', migrations: inventoryMigrations }),
    ],
    providers: [
      Stock,
      Reservations,
      SeedDemoStock,
      { provide: settingsOf(inventory), useValue: { SEED_DEMO: true } },
      ReceiveStockHandler,
      GetStockHandler,
      ReserveStockHandler,
      ReleaseStockHandler,
      ReturnStockHandler,
      OnShipmentDispatched,
    ],
  }).compile();
  await module.init();
  const asAdmin = <T>(work: () => T): T =>
    runInScope(
      {
        context: 'gateway',
        principal: { service: 'gateway', user: randomUUID(), roles: ['admin'] },
        correlationId: 'spec',
      },
      work,
    );
  const commands = module.get(CommandBus);
  const queries = module.get(QueryBus);
  const database = module.get(ContextDatabase);
  const unit = module.get(UnitOfWork);
  const router = module.get(MessageRouter);
  return {
    sow: (): Promise<void> => runAs('inventory', () => module.get(SeedDemoStock).sow()),
    /** Writes what no command would. */
    write: (sql: string, params: readonly unknown[]): Promise<number> =>
      runAs('inventory', () => unit.run(() => unit.execute(sql, params))),
    /** Sends a command as another context. */
    send: <R>(command: Command<R>, context = 'orders'): Promise<R> => runAs(context, () => commands.execute(command)),
    ask: <R>(query: Query<R>, context = 'orders'): Promise<R> => runAs(context, () => queries.execute(query)),
    sendAsUser: <R>(command: Command<R>, roles: readonly string[]): Promise<R> =>
      runInScope(
        { context: 'gateway', principal: { service: 'gateway', user: randomUUID(), roles }, correlationId: 'spec' },
        () => commands.execute(command),
      ),
    receive: (sku: string, quantity: number): Promise<StockLevel> =>
      asAdmin(() => commands.execute(new ReceiveStock({ sku, quantity }))),
    level: (sku: string): Promise<StockLevel> => asAdmin(() => queries.execute(new GetStock({ sku }))),
    /** Delivers another context's event to a subscription; a repetition has the same id. */
    deliver: (subscription: string, event: object, contract: EventContract, id: string = randomUUID()): Promise<void> =>
      router.deliver(
        [
          {
            specversion: '1.0',
            id,
            source: `/${contract.context}`,
            type: contract.name,
            time: new Date().toISOString(),
            kind: 'event',
            schemaversion: contract.version,
            correlationid: id,
            data: { ...event },
          },
        ],
        { lane: 'subscription', context: 'inventory', subscription },
        AbortSignal.timeout(10_000),
      ),
    /** What the context has recorded, in order; of one key when given. */
    recorded: (key?: string): Promise<z.output<typeof EventRow>[]> =>
      database.query(
        EventRow,
        'SELECT type, data FROM inventory.journal WHERE $1::text IS NULL OR key = $1 ORDER BY position',
        [key ?? null],
      ),
    close: async (): Promise<void> => {
      await module.close();
      await place.drop();
    },
  };
}

export type InventoryUnderTest = Awaited<ReturnType<typeof openInventory>>;
