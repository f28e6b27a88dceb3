import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { anyone, command, type AnyContractClass, type MessageClass, type RequestContract } from '@isolith/contracts';
import { UnitOfWork } from '@isolith/journal';
import { JournalHost, JournalModule } from '@isolith/journal/nest';
import { MessageBusModule, StartRefusedError } from '@isolith/message-bus/nest';
import { until } from '@isolith/message-bus/testing';
import { openTestDatabase, type TestDatabase } from '@isolith/postgres/testing';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { CommandBus, CommandHandler, EventBus, EventsHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { choreography, when, type Choreography } from '../index.js';
import { lowStock, NoSupplier, Reorder, StockGone, StockLow, Tell } from '../spec-support/low-stock.js';
import { ChoreographyModule, DeclaredChoreographies } from './index.js';

class Take extends command('stock.take', {
  input: z.object({ sku: z.string(), left: z.int() }),
  access: [anyone()],
}) {}

@CommandHandler(Take)
class TakeHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}

  execute({ sku, left }: Take) {
    return this.unit.run(async () =>
      this.events.publish(left === 0 ? new StockGone({ sku }) : new StockLow({ sku, left })),
    );
  }
}

const sold = new Set<string>();
let done: string[];

@CommandHandler(Reorder)
class ReorderHandler {
  constructor(private readonly unit: UnitOfWork) {}

  execute({ sku, amount }: Reorder) {
    if (!sold.has(sku)) throw new NoSupplier({});
    return this.unit.run(async () => void done.push(`${amount} of ${sku}`));
  }
}

@CommandHandler(Tell)
class TellHandler {
  constructor(private readonly unit: UnitOfWork) {}

  execute({ who, what }: Tell) {
    return this.unit.run(async () => void done.push(`${who}, ${what}`));
  }
}

let place: TestDatabase;
let app: INestApplicationContext | undefined;
beforeEach(async () => {
  [app, done] = [undefined, []];
  sold.clear();
  sold.add('MUG');
  place = await openTestDatabase();
});
afterEach(async () => {
  await app?.close();
  await place.drop();
});

@EventsHandler(StockGone)
class OnStockGone {
  handle(): void {}
}

interface Wiring {
  readonly choreographies?: readonly Choreography[];
  readonly stock?: readonly AnyContractClass[];
  readonly mails?: readonly MessageClass<RequestContract>[];
  readonly handlers?: readonly (typeof OnStockGone)[];
}

async function start({
  choreographies = [lowStock],
  stock = [Take, StockLow, StockGone],
  mails = [Tell],
  handlers = [],
}: Wiring = {}): Promise<INestApplicationContext> {
  @Module({
    imports: [
      MessageBusModule.forFeature({ context: 'stock', contracts: stock }),
      JournalModule.forFeature({ context: 'stock' }),
    ],
    providers: [TakeHandler],
  })
  class StockModule {}
  @Module({
    imports: [
      MessageBusModule.forFeature({
        context: 'alerts',
        ...(handlers.length === 0 ? {} : { subscriptions: { 'low-stock': { handlers } } }),
      }),
      JournalModule.forFeature({ context: 'alerts' }),
      ChoreographyModule.forFeature({ context: 'alerts', choreographies }),
    ],
    providers: [...handlers],
  })
  class AlertsModule {}
  @Module({ imports: [JournalModule.forFeature({ context: 'buying' })], providers: [ReorderHandler] })
  class BuyingModule {}
  @Module({
    imports: [JournalModule.forFeature({ context: 'mails' })],
    providers: mails.includes(Tell) ? [TellHandler] : [],
  })
  class MailsModule {}
  const module = await Test.createTestingModule({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['stock', 'alerts', 'buying', 'mails'] } }),
      JournalModule.forRoot({ targetOf: () => place.target }),
      StockModule,
      AlertsModule,
      BuyingModule,
      MailsModule,
    ],
  }).compile();
  module.useLogger(false);
  app = module;
  return module.init();
}

const take = (sku: string, left: number): Promise<void> | undefined =>
  app?.get(CommandBus, { strict: false }).execute(new Take({ sku, left }));

it('answers what a context records with commands to others', async () => {
  const host = await start();
  await take('MUG', 1);
  await take('MUG', 0);
  await until(async () => done.length === 3);
  expect(done).toEqual(['ada, MUG: 1 left', '9 of MUG', '10 of MUG']);
  expect(host.get(DeclaredChoreographies, { strict: false }).all()).toEqual([lowStock]);
});

it('parks an event whose command is refused, at once and with the reason, and a replay asks anew', async () => {
  const host = await start();
  const parked = host.get(JournalHost).parked('alerts');
  await take('CUP', 0);
  await until(async () => (await parked?.counts())?.length === 1);
  const first = (await parked?.list({}, 10))?.items[0];
  expect(first).toMatchObject({
    attempts: 1,
    problem: { type: 'buying.no-supplier', detail: 'Reorder was refused: nobody sells it' },
  });
  expect(await parked?.replaySequence('low-stock', 'CUP', 'admin')).toMatchObject({ replayed: 0 });
  sold.add('CUP');
  expect(await parked?.replaySequence('low-stock', 'CUP', 'admin')).toMatchObject({ status: 'completed', replayed: 1 });
  expect(done).toEqual(['10 of CUP']);
});

it('is refused with everything that is wrong', async () => {
  const other = choreography({
    name: 'alerts.other',
    retry: { attempts: 0 },
    on: [when(StockGone, { send: Reorder, with: ({ sku }) => new Reorder({ sku, amount: 1 }) })],
  });
  const wired = start({
    choreographies: [lowStock, other, choreography({ name: 'mails.low', on: [] })],
    stock: [Take, StockLow],
    mails: [],
    handlers: [OnStockGone],
  });
  const refusal: unknown = await wired.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(StartRefusedError);
  expect(refusal).toMatchObject({
    violations: [
      'subscription alerts.other: retry.attempts must be a whole number, 1 or more, not 0',
      'subscription alerts.low-stock is declared twice',
      'choreography alerts.low-stock: reaction low.tell sends mails.tell, which mails does not have',
      'choreography alerts.low-stock: reaction reorder sends mails.tell, which mails does not have',
      'choreography alerts.low-stock: reaction gone.reorder waits for stock.gone, which stock does not have',
      'choreography alerts.other: reaction gone.reorder waits for stock.gone, which stock does not have',
      'choreography mails.low: its name begins with mails, but it is declared in alerts',
      'choreography mails.low: it has no reactions',
    ],
  });
});
