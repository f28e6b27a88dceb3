import { anyone, command, event } from '@isolith/contracts';
import { UnitOfWork } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { CommandHandler, EventBus } from '@nestjs/cqrs';
import type { QueryRunner } from 'typeorm';
import { z } from 'zod';

class Sold extends event('sales.sold', { input: z.object({ saleId: z.string(), amount: z.int() }), key: 'saleId' }) {}
export class Sell extends command('sales.sell', {
  input: z.object({ saleId: z.string(), amount: z.int() }),
  output: z.object({ total: z.int() }),
  access: [anyone()],
}) {}

class CreateSale {
  readonly name = 'CreateSale1700000000001';
  async up(runner: QueryRunner) {
    await runner.query('CREATE TABLE sales.sale (id text PRIMARY KEY, amount integer NOT NULL)');
  }
  async down(runner: QueryRunner) {
    await runner.query('DROP TABLE sales.sale');
  }
}

@CommandHandler(Sell)
class SellHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}

  async execute({ saleId, amount }: Sell) {
    // Gather here: own reads, other contexts, outbound ports. No transaction is open yet.
    return this.unit.run(async () => {
      await this.unit.execute('INSERT INTO sales.sale (id, amount) VALUES ($1, $2)', [saleId, amount]);
      this.events.publish(new Sold({ saleId, amount }));
      return { total: amount };
    });
  }
}

@Module({
  imports: [
    MessageBusModule.forFeature({ context: 'sales' }),
    JournalModule.forFeature({ context: 'sales', migrations: [CreateSale] }),
  ],
  providers: [SellHandler],
})
class SalesModule {}

@Module({
  imports: [
    MessageBusModule.forRoot({ placement: { here: ['sales'] } }),
    JournalModule.forRoot({ targetOf: () => ({ kind: 'pglite', dataDir: 'memory://' }) }),
    SalesModule,
  ],
})
export class AppModule {}
