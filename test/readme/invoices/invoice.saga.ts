import { saga } from '@isolith/saga';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { MoneyCame } from './bank.js';
import { AskAgain, ThankFor, VoidInvoice, WriteInvoice } from './invoices.contract.js';

const DAY_MS = 24 * 60 * 60_000;
const Invoice = z.object({ invoiceId: z.string(), amountMinor: z.int().default(0) });

@Injectable()
export class InvoiceSaga {
  readonly definition = saga({
    name: 'invoices.invoice',
    state: Invoice,
    steps: (step) => [
      step({
        name: 'write',
        invoke: ({ invoiceId }) => new WriteInvoice({ invoiceId }),
        compensate: ({ invoiceId }) => new VoidInvoice({ invoiceId }),
      }),
      step.waitFor({
        name: 'payment',
        event: MoneyCame,
        key: ({ invoiceId }) => invoiceId,
        extend: (state, { amountMinor }) => ({ ...state, amountMinor }),
        within: 30 * DAY_MS,
        remind: { everyMs: 7 * DAY_MS, times: 3, command: ({ invoiceId }) => new AskAgain({ invoiceId }) },
        otherwise: 'turn-back',
      }),
      step.wait({ name: 'until-it-is-booked', for: 1_000 }),
      step({ name: 'thank', invoke: (invoice) => new ThankFor(invoice), retriable: true }),
    ],
  });
}
