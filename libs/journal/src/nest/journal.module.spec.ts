import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { anyone, command, HandlerError, query } from '@isolith/contracts';
import { withOptions } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Injectable, Module, type INestApplicationContext, type OnModuleInit } from '@nestjs/common';
import { CommandBus, CommandHandler, EventBus, EventsHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { until } from '@isolith/message-bus/testing';
import { ContextDatabase, UnitOfWork } from '../index.js';
import { Busy, CreateSale, Refused, Sell, Sold } from '../testing/sample-sales.js';
import { JournalHost, JournalModule } from './index.js';

class CountLetters extends query('mail.count-letters', {
  input: z.object({}),
  output: z.object({ letters: z.int() }),
  access: [anyone()],
}) {}
class SellTwice extends command('sales.sell-twice', {
  input: z.object({ saleId: z.string() }),
  failures: [Refused, Busy],
  access: [anyone()],
}) {}

class CreateLetter {
  readonly name = 'CreateLetter1700000000002';
  async up(runner: { query(sql: string): Promise<unknown> }) {
    await runner.query('CREATE TABLE mail.letter (sale_id text NOT NULL)');
  }
  async down(runner: { query(sql: string): Promise<unknown> }) {
    await runner.query('DROP TABLE mail.letter');
  }
}

@CommandHandler(Sell)
class SellHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}
  execute({ saleId, amount }: Sell) {
    return this.unit.run(async () => {
      const [row] = await this.unit.query(
        z.object({ total: z.coerce.number() }),
        'INSERT INTO sales.sale (id, amount) VALUES ($1, $2) RETURNING amount AS total',
        [saleId, amount],
      );
      this.events.publish(new Sold({ saleId, amount }));
      return { total: row?.total ?? 0 };
    });
  }
}

@CommandHandler(SellTwice)
class SellTwiceHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly commands: CommandBus,
  ) {}
  execute({ saleId }: SellTwice) {
    return this.unit.run(async () => {
      await this.commands.execute(new Sell({ saleId: `${saleId}-1`, amount: 1 }));
      await this.commands.execute(new Sell({ saleId, amount: 1 }));
    });
  }
}

@EventsHandler(Sold)
class WriteLetter {
  constructor(private readonly unit: UnitOfWork) {}
  handle({ saleId }: Sold) {
    return this.unit.run(() => this.unit.execute('INSERT INTO mail.letter (sale_id) VALUES ($1)', [saleId]));
  }
}

@QueryHandler(CountLetters)
class CountLettersHandler {
  constructor(private readonly database: ContextDatabase) {}
  async execute() {
    const [row] = await this.database.query(
      z.object({ letters: z.coerce.number() }),
      'SELECT count(*) AS letters FROM mail.letter',
    );
    return { letters: row?.letters ?? 0 };
  }
}

/** Asks for its data before the host has opened the database. */
@Injectable()
class Early implements OnModuleInit {
  count: Promise<unknown> = Promise.resolve();
  constructor(private readonly database: ContextDatabase) {
    this.count = this.database.query(z.object({ n: z.coerce.number() }), 'SELECT count(*) AS n FROM sales.sale');
  }
  async onModuleInit() {
    await this.count;
  }
}

@Module({
  imports: [
    MessageBusModule.forFeature({ context: 'sales', contracts: [Sell, SellTwice] }),
    JournalModule.forFeature({ context: 'sales', migrations: [CreateSale] }),
  ],
  providers: [SellHandler, SellTwiceHandler, Early],
})
class SalesModule {}

@Module({
  imports: [
    MessageBusModule.forFeature({
      context: 'mail',
      contracts: [CountLetters],
      subscriptions: { letters: { handlers: [WriteLetter] } },
    }),
    JournalModule.forFeature({ context: 'mail', migrations: [CreateLetter] }),
    JournalModule.forFeature({ context: 'mail' }),
  ],
  providers: [WriteLetter, CountLettersHandler],
})
class MailModule {}

let app: INestApplicationContext | undefined;
const folders: string[] = [];

async function start(dataDir = 'memory://') {
  const module = await Test.createTestingModule({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['sales', 'mail'] } }),
      JournalModule.forRoot({ targetOf: () => ({ kind: 'pglite', dataDir }) }),
      MailModule,
      SalesModule,
    ],
  }).compile();
  module.useLogger(false);
  app = module;
  await module.init();
  const commands = module.get(CommandBus, { strict: false });
  const queries = module.get(QueryBus, { strict: false });
  const letters = async () => (await queries.execute(new CountLetters({}))).letters;
  return { module, commands, letters, host: module.get(JournalHost) };
}

afterEach(async () => {
  await app?.close();
  app = undefined;
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('the journal in a Nest application', () => {
  it('carries an event from the unit of one context to the unit of another', async () => {
    const { commands, letters, host } = await start();
    await expect(commands.execute(new Sell({ saleId: 'a', amount: 3 }))).resolves.toEqual({ total: 3 });
    await until(async () => (await letters()) === 1);
    await until(async () => (await host.status()).every(({ lag }) => lag === 0));
    expect(await host.status()).toMatchObject([
      { producer: 'sales', context: 'mail', subscription: 'letters', leader: true, position: 1, unfinished: 0 },
    ]);
    // One session holds nobody back.
    expect(await host.horizon()).toEqual([]);
  });

  it('lets a command of the own context join the open unit: all or nothing', async () => {
    const { commands, letters } = await start();
    await commands.execute(new Sell({ saleId: 'x', amount: 1 }));
    await expect(commands.execute(new SellTwice({ saleId: 'x' }))).rejects.toBeInstanceOf(HandlerError);
    await commands.execute(new SellTwice({ saleId: 'y' }));
    await until(async () => (await letters()) === 3);
  });

  it('keeps outcomes and positions over a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'isolith-journal-'));
    folders.push(folder);
    const sell = () => withOptions(new Sell({ saleId: 'a', amount: 3 }), { id: 'one' });
    const first = await start(folder);
    await first.commands.execute(sell());
    await until(async () => (await first.letters()) === 1);
    await first.module.close();

    const second = await start(folder);
    await expect(second.commands.execute(sell())).resolves.toEqual({ total: 3 });
    await second.commands.execute(new Sell({ saleId: 'b', amount: 1 }));
    await until(async () => (await second.letters()) === 2);
    expect(await second.host.status()).toMatchObject([{ position: 2, lag: 0 }]);
  });

  it('refuses days that can not be meant', async () => {
    const build = (root: object, feature: object) =>
      Test.createTestingModule({
        imports: [
          MessageBusModule.forRoot({ placement: { here: ['mail'] } }),
          JournalModule.forRoot({ targetOf: () => ({ kind: 'pglite', dataDir: 'memory://' }), ...root }),
          JournalModule.forFeature({ context: 'mail', ...feature }),
        ],
      }).compile();
    await expect(build({ retention: { inboxDays: 0 } }, {})).rejects.toThrow(
      'JournalModule.forRoot: retention.inboxDays must be a whole number of days from 1 to 36500, not 0',
    );
    await expect(build({}, { retention: { journalDays: -1 } })).rejects.toThrow(
      'the journal of mail: retention.journalDays must be',
    );
  });
});
