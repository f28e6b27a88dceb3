import { context, IsolithModule } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { Sagas } from '@isolith/saga';
import { Injectable, Module } from '@nestjs/common';
import { CommandHandler } from '@nestjs/cqrs';
import { MoneyCame } from './bank.js';
import { InvoiceSaga } from './invoice.saga.js';
import { AskAgain, SendInvoice, ThankFor, VoidInvoice, WriteInvoice } from './invoices.contract.js';

export const invoices = context('invoices', {
  contracts: [SendInvoice, WriteInvoice, VoidInvoice, AskAgain, ThankFor],
  subscriptions: { 'saga-events': { events: [MoneyCame] } },
});

@CommandHandler(SendInvoice)
class SendInvoiceHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly sagas: Sagas,
    private readonly invoice: InvoiceSaga,
  ) {}

  execute({ invoiceId }: SendInvoice): Promise<void> {
    return this.unit.run(() => this.sagas.begin(this.invoice.definition, invoiceId, { invoiceId, amountMinor: 0 }));
  }
}

/** What the handlers did; those of a real shop write rows and mails. */
@Injectable()
export class Desk {
  readonly done: string[] = [];
}

@CommandHandler(WriteInvoice)
class WriteInvoiceHandler {
  constructor(private readonly desk: Desk) {}
  async execute({ invoiceId }: WriteInvoice): Promise<void> {
    this.desk.done.push(`wrote ${invoiceId}`);
  }
}

@CommandHandler(VoidInvoice)
class VoidInvoiceHandler {
  constructor(private readonly desk: Desk) {}
  async execute({ invoiceId }: VoidInvoice): Promise<void> {
    this.desk.done.push(`voided ${invoiceId}`);
  }
}

@CommandHandler(AskAgain)
class AskAgainHandler {
  constructor(private readonly desk: Desk) {}
  async execute({ invoiceId }: AskAgain): Promise<void> {
    this.desk.done.push(`asked again for ${invoiceId}`);
  }
}

@CommandHandler(ThankFor)
class ThankForHandler {
  constructor(private readonly desk: Desk) {}
  async execute({ invoiceId, amountMinor }: ThankFor): Promise<void> {
    this.desk.done.push(`thanked for ${amountMinor} of ${invoiceId}`);
  }
}

@Module({
  imports: [IsolithModule.forFeature(invoices, { sagas: [InvoiceSaga] })],
  providers: [
    Desk,
    InvoiceSaga,
    SendInvoiceHandler,
    WriteInvoiceHandler,
    VoidInvoiceHandler,
    AskAgainHandler,
    ThankForHandler,
  ],
})
export class InvoicesModule {}
