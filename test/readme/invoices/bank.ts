import { anyone, command, event } from '@isolith/contracts';
import { context, IsolithModule } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { Module } from '@nestjs/common';
import { CommandHandler, EventBus } from '@nestjs/cqrs';
import { z } from 'zod';

const payment = z.object({ invoiceId: z.string(), amountMinor: z.int() });
export class MoneyCame extends event('bank.money-came', { input: payment, key: 'invoiceId' }) {}
export class Pay extends command('bank.pay', { input: payment, access: [anyone()] }) {}

export const bank = context('bank', { contracts: [MoneyCame, Pay] });

@CommandHandler(Pay)
class PayHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}

  execute({ invoiceId, amountMinor }: Pay): Promise<void> {
    return this.unit.run(async () => this.events.publish(new MoneyCame({ invoiceId, amountMinor })));
  }
}

@Module({ imports: [IsolithModule.forFeature(bank)], providers: [PayHandler] })
export class BankModule {}
