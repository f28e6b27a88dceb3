import { requireScope, withOptions } from '@isolith/message-bus';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { embeddedEngine, type DiskSync } from '@isolith/embedded';
import { Databases } from '@isolith/postgres';
import { contextJournal, journalMigrations, UnitOfWork } from '../../index.js';
import { busOf, CreateSale, Sell, Sold } from '../../testing/sample-sales.js';

const Ids = z.array(z.object({ id: z.string() }));
const spec = { context: 'sales', entities: [], migrations: [...journalMigrations, CreateSale] };

/** A context on the embedded engine whose commands write a state row, an event and a reply each. */
export class ShopUnderLoad {
  /** The sales whose callers were told that they had happened, in that order. */
  readonly acknowledged: string[] = [];
  #sell: (id: string) => Promise<unknown> = () => Promise.reject(new Error('not open'));

  private constructor(
    private readonly databases: Databases,
    private readonly sales: DataSource,
  ) {}

  static async open(dataDir: string, diskSync?: DiskSync): Promise<ShopUnderLoad> {
    const databases = new Databases({
      targetOf: () => ({ kind: 'pglite', dataDir }),
      embedded: embeddedEngine({ diskSync }),
    });
    const sales = await databases.open(spec).catch(async (error: unknown) => {
      await databases.close();
      throw error;
    });
    const shop = new ShopUnderLoad(databases, sales);
    const journal = contextJournal({ context: 'sales' }, async () => sales);
    const unit = new UnitOfWork(journal);
    const { router } = await busOf(journal, {
      sell: ({ saleId, amount }) =>
        unit.run(async () => {
          await unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, $2)', [saleId, amount]);
          requireScope().unit?.append(new Sold({ saleId, amount }));
          return { total: amount };
        }),
    });
    shop.#sell = (id) => router.send(withOptions(new Sell({ saleId: id, amount: 1 }), { id }));
    return shop;
  }

  async sell(id: string): Promise<void> {
    await this.#sell(id);
    this.acknowledged.push(id);
  }

  /** For what no unit does: CHECKPOINT, VACUUM. */
  async run(...statements: readonly string[]): Promise<void> {
    for (const statement of statements) await this.sales.query(statement);
  }

  /**
   * Of each table the ids in it, read in full and once more through its index; of a sound database these are the same
   * everywhere.
   */
  async found(): Promise<readonly (readonly string[])[]> {
    const found: string[][] = [];
    for (const [column, table, index] of [
      ['id', 'sale', 'id'],
      ['key', 'journal', 'stream, version'],
      ['message_id', 'inbox', 'consumer, message_id'],
    ] as const) {
      for (const [off, order] of [
        ['indexscan', '1'],
        ['seqscan', index],
      ] as const) {
        await this.sales.transaction(async (manager) => {
          await manager.query(`SET LOCAL enable_${off} = off`);
          if (off === 'indexscan') await manager.query('SET LOCAL enable_bitmapscan = off');
          found.push(
            Ids.parse(await manager.query(`SELECT ${column} AS id FROM sales.${table} ORDER BY ${order}`))
              .map(({ id }) => id)
              .toSorted(),
          );
        });
      }
    }
    return found;
  }

  close(): Promise<void> {
    return this.databases.close();
  }
}
