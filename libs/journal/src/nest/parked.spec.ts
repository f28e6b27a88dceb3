import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { CommandBus, CommandHandler, EventBus, EventsHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { until } from '@isolith/message-bus/testing';
import { UnitOfWork, type ParkedMessages } from '../index.js';
import { openTestDatabase, type TestDatabase } from '@isolith/postgres/testing';
import { CreateSale, Sell, Sold } from '../testing/sample-sales.js';
import { CreateLetter } from '../testing/sample-letters.js';
import { JournalHost, JournalModule } from './index.js';

/** Sales whose letters fail. */
const poison = new Set<string>();
const written: string[] = [];

@CommandHandler(Sell)
class SellHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}
  execute({ saleId, amount }: Sell) {
    return this.unit.run(async () => {
      this.events.publish(new Sold({ saleId, amount }));
      return { total: amount };
    });
  }
}

@EventsHandler(Sold)
class WriteLetter {
  constructor(private readonly unit: UnitOfWork) {}
  async handle({ saleId, amount }: Sold) {
    if (poison.has(saleId)) throw new Error('no paper');
    await this.unit.run(() =>
      this.unit.execute('INSERT INTO mail.letter (key, nth) VALUES ($1, $2)', [saleId, amount]),
    );
    written.push(`${saleId}-${amount}`);
  }
}

@Module({
  imports: [
    MessageBusModule.forFeature({ context: 'sales', contracts: [Sell] }),
    JournalModule.forFeature({ context: 'sales', migrations: [CreateSale] }),
  ],
  providers: [SellHandler],
})
class SalesModule {}

@Module({
  imports: [
    MessageBusModule.forFeature({
      context: 'mail',
      subscriptions: { letters: { handlers: [WriteLetter], retry: { attempts: 2, initialDelayMs: 1, maxDelayMs: 2 } } },
    }),
    JournalModule.forFeature({ context: 'mail', migrations: [CreateLetter] }),
  ],
  providers: [WriteLetter],
})
class MailModule {}

let place: TestDatabase;
let app: INestApplicationContext;
let parked: ParkedMessages;
const sell = (saleId: string, amount: number) =>
  app.get(CommandBus, { strict: false }).execute(new Sell({ saleId, amount }));

beforeEach(async () => {
  poison.clear();
  written.length = 0;
  place = await openTestDatabase();
  const module = await Test.createTestingModule({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['sales', 'mail'] } }),
      JournalModule.forRoot({ targetOf: () => place.target }),
      SalesModule,
      MailModule,
    ],
  }).compile();
  module.useLogger(false);
  app = await module.init();
  const host = app.get(JournalHost);
  expect([host.contextNames(), host.parked('users')]).toEqual([['sales', 'mail'], undefined]);
  const found = host.parked('mail');
  if (found === undefined) throw new Error('mail has a database here');
  parked = found;
});
afterEach(async () => {
  await app.close();
  await place.drop();
});

describe('a poison event in a Nest application', () => {
  it('parks its key and only it; after the fix its replay completes it in order, with what came meanwhile', async () => {
    poison.add('bad');
    for (const nth of [1, 2, 3]) for (const key of ['bad', 'good']) await sell(key, nth);
    await until(async () => written.length === 3 && (await parked.counts())[0]?.messages === 3);
    expect(written).toEqual(['good-1', 'good-2', 'good-3']);
    const [entry] = (await parked.list({}, 10)).items;
    expect(await parked.show(entry?.id ?? '')).toMatchObject({
      type: 'sales.sold',
      attempts: 2,
      behind: 2,
      data: { saleId: 'bad', amount: 1 },
    });
    poison.clear();
    expect(await parked.replaySequence('letters', 'bad', 'admin')).toMatchObject({ status: 'completed', replayed: 3 });
    await sell('bad', 4);
    await until(() => written.length === 7);
    expect(written.slice(3)).toEqual(['bad-1', 'bad-2', 'bad-3', 'bad-4']);
  });

  it('leaves the rest of a replay parked when the host stops', async () => {
    poison.add('bad');
    for (const nth of [1, 2, 3]) await sell('bad', nth);
    await until(async () => (await parked.counts())[0]?.messages === 3);
    poison.clear();
    await parked.replayGroup({}, 1, 'admin');
    await app.close();
    expect(written).toEqual(['bad-1']);
  });
});
