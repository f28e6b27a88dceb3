import { anyone, command, service } from '@isolith/contracts';
import { z } from 'zod';

const input = z.object({ invoiceId: z.string() });
export class SendInvoice extends command('invoices.send-invoice', { input, access: [anyone()] }) {}
export class WriteInvoice extends command('invoices.write-invoice', { input, access: [service('invoices')] }) {}
export class VoidInvoice extends command('invoices.void-invoice', { input, access: [service('invoices')] }) {}
export class AskAgain extends command('invoices.ask-again', { input, access: [service('invoices')] }) {}
export class ThankFor extends command('invoices.thank-for', {
  input: z.object({ invoiceId: z.string(), amountMinor: z.int() }),
  access: [service('invoices')],
}) {}
