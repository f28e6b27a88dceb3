import { runAs } from '@isolith/message-bus';
import { z } from 'zod';
import { UnitOfWork, type ContextJournal } from '../../index.js';
import { openTestContext, type TestContext } from '../../testing/index.js';
import { CreateSale, type Sell } from '../../testing/sample-sales.js';

const sale = z.object({ id: z.string(), amount: z.int() });

/** Sales with an inbox: what came in, and what came of it. */
export class SalesWithInbox {
  readonly unit: UnitOfWork;

  private constructor(private readonly context: TestContext) {
    this.unit = new UnitOfWork(context.journal);
  }

  static async open(): Promise<SalesWithInbox> {
    return new SalesWithInbox(await openTestContext({ context: 'sales', migrations: [CreateSale] }));
  }

  get journal(): ContextJournal {
    return this.context.journal;
  }

  get database(): TestContext['database'] {
    return this.context.database;
  }

  clear(): Promise<unknown> {
    return runAs('sales', () =>
      this.unit.run(() => this.unit.execute('TRUNCATE sales.sale, sales.journal, sales.inbox')),
    );
  }

  /** Writes a sale in the open unit. */
  insert({ saleId, amount }: Sell): Promise<number> {
    return this.unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, $2)', [saleId, amount]);
  }

  sold(): Promise<readonly z.output<typeof sale>[]> {
    return this.database.query(sale, 'SELECT id, amount FROM sales.sale ORDER BY id, amount');
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

/** What was thrown; undefined where nothing was. */
export const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );
