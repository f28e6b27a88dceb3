import { randomUUID } from 'node:crypto';
import { UnitOfWork } from '@isolith/journal';
import { openContext, service, user, type RecordedFact } from '@isolith/testing';
import type { Command, Query } from '@nestjs/cqrs';
import { SeedDemoStock } from '../features/seed-demo-stock.js';
import { Stock } from '../infra/stock.js';
import { inventory } from '../inventory.context.js';
import { GetStock, ReceiveStock, ReserveStock, type StockLevel } from '../inventory.contract.js';
import { InventoryModule } from '../inventory.module.js';

/** The context as it runs in a host, on a database of its own. Close it after use. */
export async function openInventory() {
  const opened = await openContext(inventory, { module: InventoryModule });
  const admin = user(randomUUID(), 'admin');
  const seed = new SeedDemoStock(opened.get(UnitOfWork), opened.get(Stock), { SEED_DEMO: true });
  /** Sends a command as another context. */
  const send = <R>(command: Command<R>, context = 'orders'): Promise<R> => opened.send(command, service(context));
  const receive = (sku: string, quantity: number): Promise<StockLevel> =>
    opened.send(new ReceiveStock({ sku, quantity }), admin);
  return {
    sow: (): Promise<void> => opened.run(() => seed.sow()),
    /** Writes what no command would. */
    write: (sql: string, params: readonly unknown[]): Promise<number> => opened.write(sql, params),
    send,
    ask: <R>(query: Query<R>, context = 'orders'): Promise<R> => opened.ask(query, service(context)),
    sendAsUser: <R>(command: Command<R>, roles: readonly string[]): Promise<R> =>
      opened.send(command, user(randomUUID(), ...roles)),
    receive,
    /** An order that holds 4 of 10 that are on hand. */
    reserved: async (sku: string): Promise<string> => {
      const orderId = randomUUID();
      await receive(sku, 10);
      await send(new ReserveStock({ orderId, lines: [{ sku, quantity: 4 }] }));
      return orderId;
    },
    level: (sku: string): Promise<StockLevel> => opened.ask(new GetStock({ sku }), admin),
    /** Delivers another context's event to a subscription; a repetition has the same id. */
    deliver: (subscription: string, event: object, id?: string): Promise<void> =>
      opened.deliver(subscription, event, id),
    /** What the context has recorded, in order; of one key when given. */
    recorded: (key?: string): Promise<readonly RecordedFact[]> => opened.recorded(key),
    close: (): Promise<void> => opened.close(),
  };
}

export type InventoryUnderTest = Awaited<ReturnType<typeof openInventory>>;
