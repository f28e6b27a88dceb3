import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { application, context, IsolithModule, parseConfig, type ContextDescriptor } from '@isolith/isolith';
import { SagaStatus } from '@isolith/saga/nest';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { eventually } from '../../support/eventually.js';
import { bank, BankModule, Pay } from './bank.js';
import { SendInvoice } from './invoices.contract.js';
import { Desk, invoices, InvoicesModule } from './invoices.js';

let app: INestApplicationContext | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(...contexts: readonly ContextDescriptor[]): Promise<INestApplicationContext> {
  const { config } = parseConfig(application('app', contexts), { DATA_DIR: 'memory://', LOG_LEVEL: 'silent' });
  @Module({ imports: [IsolithModule.forRoot({ config }), BankModule, InvoicesModule] })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  module.useLogger(false);
  app = await module.init();
  return app;
}

it('goes on with money that comes while an invoice waits for it, and with money that came before', async () => {
  const host = await start(bank, invoices);
  const commands = host.get(CommandBus, { strict: false });
  const status = host.get(SagaStatus, { strict: false });
  const find = (id: string) => status.find('invoices', 'invoices.invoice', id);
  await commands.execute(new SendInvoice({ invoiceId: 'late' }));
  const waiting = await eventually(
    'it waits',
    () => find('late'),
    (found) => found?.waitsFor !== undefined,
  );
  expect(waiting).toMatchObject({ step: 'payment', waitsFor: { event: 'bank.money-came', key: 'late', reminders: 0 } });
  await commands.execute(new Pay({ invoiceId: 'late', amountMinor: 5 }));
  await commands.execute(new Pay({ invoiceId: 'early', amountMinor: 7 }));
  await commands.execute(new SendInvoice({ invoiceId: 'early' }));
  for (const id of ['late', 'early'])
    await eventually(
      'it has ended',
      () => find(id),
      (found) => found?.status === 'completed',
    );
  const done = host.get(Desk, { strict: false }).done.filter((line) => line.startsWith('thanked'));
  expect(done.toSorted()).toEqual(['thanked for 5 of late', 'thanked for 7 of early']);
});

it.each([
  [
    'that is not stated',
    bank,
    context('invoices', { contracts: invoices.contracts, subscriptions: { 'saga-events': { events: [] } } }),
    'subscription invoices.saga-events handles bank.money-came, but the list of all subscriptions does not state it',
  ],
  [
    'that nobody records',
    context('bank', { contracts: [Pay] }),
    invoices,
    'subscription invoices.saga-events takes bank.money-came, which bank of application app does not list among its contracts: nobody records it',
  ],
])('does not start with an event %s', async (_what, producer, consumer, violation) => {
  const refusal: unknown = await start(producer, consumer).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ violations: expect.arrayContaining([violation]) });
});

it.each(['invoice.saga.ts', 'invoice.saga.spec.ts'])('is what the guide shows: %s', (file) => {
  const code = readFileSync(join(import.meta.dirname, file), 'utf8');
  const guide = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'guides', 'waits.md'), 'utf8');
  expect(guide).toContain(`\`\`\`ts\n${code}\`\`\``);
});
