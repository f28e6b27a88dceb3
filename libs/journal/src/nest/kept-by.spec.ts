import { describe, expect, it } from '@jest/globals';
import { forwardRef, Module, type DynamicModule } from '@nestjs/common';
import { journalMigrations } from '../index.js';
import { JournalModule } from './journal.module.js';
import { contextsKeptBy } from './kept-by.js';

class CreateSales1700000000001 {
  async up(): Promise<void> {}
  async down(): Promise<void> {}
}
class CreateLedger1700000000002 extends CreateSales1700000000001 {}
class CreateTimers1700000000003 extends CreateSales1700000000001 {}
class Sale {}

@Module({ imports: [JournalModule.forFeature({ context: 'ledger', migrations: [CreateLedger1700000000002] })] })
class LedgerModule {}

const timers: DynamicModule = {
  module: class TimersModule {},
  imports: [JournalModule.forFeature({ context: 'sales', migrations: [CreateTimers1700000000003] })],
};

@Module({
  imports: [
    LedgerModule,
    forwardRef(() => LedgerModule),
    Promise.resolve(timers),
    JournalModule.forFeature({ context: 'sales', migrations: [CreateSales1700000000001], entities: [Sale] }),
  ],
})
class SalesModule {}

describe('what modules keep', () => {
  it('is found through all that they import, once each, without a container', async () => {
    expect(await contextsKeptBy([SalesModule, LedgerModule])).toEqual([
      { context: 'ledger', entities: [], migrations: [...journalMigrations, CreateLedger1700000000002] },
      {
        context: 'sales',
        entities: [Sale],
        migrations: [...journalMigrations, CreateTimers1700000000003, CreateSales1700000000001],
      },
    ]);
  });

  it('is in the schema that is stated, in one only', async () => {
    const one = JournalModule.forFeature({ context: 'sales', schema: 'app_sales' });
    const [kept] = await contextsKeptBy([one]);
    expect([kept?.context, kept?.schema]).toEqual(['sales', 'app_sales']);
    await expect(contextsKeptBy([one, JournalModule.forFeature({ context: 'sales' })])).rejects.toThrow(
      'context sales: one module keeps its tables in the schema app_sales, another in sales: state the same in both (schema)',
    );
  });

  it('is nothing for modules without data', async () => {
    @Module({})
    class Empty {}
    expect(await contextsKeptBy([Empty])).toEqual([]);
  });
});
