import { expect, it } from '@jest/globals';
import { sagaUnderTest } from '@isolith/saga/testing';
import { MoneyCame } from './bank.js';
import { InvoiceSaga } from './invoice.saga.js';

const DAY_MS = 24 * 60 * 60_000;
const invoice = sagaUnderTest(new InvoiceSaga().definition);

it('thanks for what was paid', async () => {
  const waits = await invoice.run({ invoiceId: '1', amountMinor: 0 });
  expect(waits.waitsFor).toEqual({ step: 'payment', event: 'bank.money-came', key: '1' });
  const paid = await waits.arrives(new MoneyCame({ invoiceId: '1', amountMinor: 900 }));
  const { status, sent } = await paid.timePasses(1_000);
  expect({ status, last: sent.at(-1)?.command }).toMatchObject({ status: 'completed', last: { amountMinor: 900 } });
});

it('asks three times, and voids what is not paid within thirty days', async () => {
  const waits = await invoice.run({ invoiceId: '1', amountMinor: 0 });
  await waits.timePasses(29 * DAY_MS);
  const { cause, sent } = await waits.timePasses(1 * DAY_MS);
  expect(cause).toMatchObject({ step: 'payment', type: 'waited-in-vain' });
  expect(sent.map(({ name }) => name)).toEqual([
    'invoices.write-invoice',
    ...Array.from({ length: 3 }, () => 'invoices.ask-again'),
    'invoices.void-invoice',
  ]);
});
