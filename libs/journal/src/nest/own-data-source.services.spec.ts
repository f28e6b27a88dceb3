import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anyone, command, event, HandlerError, OverloadedError } from '@isolith/contracts';
import { runAs } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { until } from '@isolith/message-bus/testing';
import { Global, Module, type INestApplicationContext } from '@nestjs/common';
import { CommandBus, CommandHandler, EventBus, EventsHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { Column, DataSource, Entity, PrimaryColumn, type Repository } from 'typeorm';
import { z } from 'zod';
import { refuseUnits } from '../unit/data-source-in-units.js';
import { SharedPool, sharedTarget } from '@isolith/postgres/internal';
import { UnitOfWork } from '../index.js';
import { createServerDatabase } from '@isolith/postgres/testing';
import { JournalModule } from './index.js';

// The application's own: an entity in its own schema, made by its own means.
@Entity('item')
class Item {
  @PrimaryColumn('text') sku!: string;
  @Column('int') left!: number;
}

class Taken extends event('stock.taken', { input: z.object({ sku: z.string() }), key: 'sku' }) {}
class Take extends command('stock.take', {
  input: z.object({ sku: z.string(), how: z.enum(['well', 'thrown', 'nested', 'at once']) }),
  output: z.object({ left: z.int() }),
  access: [anyone()],
}) {}

@CommandHandler(Take)
class TakeHandler {
  private readonly items: Repository<Item>;
  constructor(
    private readonly dataSource: DataSource,
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {
    // Made once, outside of any unit: as @InjectRepository does.
    this.items = dataSource.getRepository(Item);
  }

  execute({ sku, how }: Take) {
    return this.unit.run(async () => {
      const item = (await this.items.findOneBy({ sku })) ?? this.items.create({ sku, left: 10 });
      item.left -= 1;
      if (how === 'nested') await this.undone(item);
      if (how === 'at once')
        await Promise.all([1, 2, 3].map((nth) => this.items.save({ sku: `${sku}-${nth}`, left: nth })));
      await this.items.save(item);
      this.events.publish(new Taken({ sku }));
      if (how === 'thrown') throw new Error('the shelf broke');
      return { left: item.left };
    });
  }

  /** The application's own transaction, within the unit: a savepoint. */
  private async undone(item: Item): Promise<void> {
    await this.dataSource
      .transaction(async (manager) => {
        await manager.save(Item, { sku: item.sku, left: -1 });
        throw new Error('undone');
      })
      .catch(() => undefined);
  }
}

const heard: string[] = [];

@EventsHandler(Taken)
class OnTaken {
  async handle({ sku }: Taken) {
    heard.push(sku);
  }
}

@Module({
  imports: [
    MessageBusModule.forFeature({
      context: 'stock',
      contracts: [Take, Taken],
      subscriptions: { heard: { handlers: [OnTaken] } },
    }),
    JournalModule.forFeature({ context: 'stock' }),
  ],
  providers: [TakeHandler, OnTaken],
})
class StockModule {}

let database: Awaited<ReturnType<typeof createServerDatabase>>;
let app: INestApplicationContext | undefined;
let dataSource: DataSource;

beforeEach(async () => {
  heard.length = 0;
  database = await createServerDatabase();
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  if (dataSource.isInitialized) await dataSource.destroy();
  await database.drop();
});

async function start({ shares = true, settings = '', poolSize = 3 } = {}): Promise<CommandBus> {
  dataSource = await new DataSource({
    type: 'postgres',
    url: database.url,
    entities: [Item],
    poolSize,
    extra: settings === '' ? {} : { options: settings },
  }).initialize();
  await dataSource.query('CREATE TABLE IF NOT EXISTS item (sku text PRIMARY KEY, "left" int NOT NULL)');
  @Global()
  @Module({ providers: [{ provide: DataSource, useFactory: () => dataSource }], exports: [DataSource] })
  class OwnModule {}
  const elsewhere = { kind: 'postgres', url: database.url, poolSize: 3 } as const;
  const module = await Test.createTestingModule({
    imports: [
      OwnModule,
      MessageBusModule.forRoot({ placement: { here: ['stock'] } }),
      JournalModule.forRoot({
        targetOf: () => elsewhere,
        shared: { dataSource: DataSource, of: () => shares },
      }),
      StockModule,
    ],
  }).compile();
  module.useLogger(false);
  app = module;
  await module.init();
  return module.get(CommandBus, { strict: false });
}

const rows = (): Promise<unknown> => dataSource.query('SELECT sku, "left" FROM item ORDER BY sku');
const settingsOf = async (name: string): Promise<unknown> =>
  dataSource.query(`SELECT current_setting($1) AS value`, [name]);

describe("an application's own DataSource", () => {
  it('has its repositories write with the unit, and its events go out', async () => {
    const commands = await start();
    await expect(commands.execute(new Take({ sku: 'mug', how: 'well' }))).resolves.toEqual({ left: 9 });
    expect(await rows()).toEqual([{ sku: 'mug', left: 9 }]);
    await until(() => heard.length > 0);
    expect(heard).toEqual(['mug']);
  });

  it('keeps nothing of a unit that is rolled back', async () => {
    const commands = await start();
    await expect(commands.execute(new Take({ sku: 'mug', how: 'thrown' }))).rejects.toBeInstanceOf(HandlerError);
    expect(await rows()).toEqual([]);
    expect(await dataSource.query('SELECT count(*)::int AS events FROM stock.journal')).toEqual([{ events: 0 }]);
  });

  it('makes a transaction of its own within a unit a savepoint', async () => {
    const commands = await start();
    await expect(commands.execute(new Take({ sku: 'mug', how: 'nested' }))).resolves.toEqual({ left: 9 });
    expect(await rows()).toEqual([{ sku: 'mug', left: 9 }]);
  });

  it('runs what a unit asks for at once one after the other, on the one connection of its pool', async () => {
    const commands = await start({ poolSize: 2 });
    await commands.execute(new Take({ sku: 'mug', how: 'at once' }));
    expect(await rows()).toHaveLength(4);
  });

  it('opens no pool beside that of the application, and leaves its sessions as they were', async () => {
    const commands = await start({ settings: '-c TimeZone=Asia/Tokyo -c statement_timeout=4321' });
    await commands.execute(new Take({ sku: 'mug', how: 'well' }));
    const sessions: unknown = await dataSource.query(
      `SELECT count(*)::int AS pooled FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'isolith'`,
    );
    expect(sessions).toEqual([{ pooled: 0 }]);
    for (let nth = 0; nth < 6; nth += 1) {
      expect(await settingsOf('TimeZone')).toEqual([{ value: 'Asia/Tokyo' }]);
      expect(await settingsOf('statement_timeout')).toEqual([{ value: '4321ms' }]);
      expect(await settingsOf('search_path')).toEqual([{ value: '"$user", public' }]);
    }
  });

  it('is refused with settings that units can not work with, naming them', async () => {
    await expect(start({ settings: '-c default_transaction_isolation=serializable' })).rejects.toMatchObject({
      violations: [expect.stringMatching(/^the DataSource: .*default_transaction_isolation = serializable/)],
    });
  });

  it('refuses its repositories in a unit that runs on another database', async () => {
    await start({ shares: false });
    const unit = app?.get(UnitOfWork, { strict: false });
    const items = dataSource.getRepository(Item);
    await expect(runAs('stock', async () => unit?.intent(() => items.save({ sku: 'mug', left: 1 })))).rejects.toThrow(
      "a repository of the application's DataSource, which is another database",
    );
    expect(await rows()).toEqual([]);
  });

  it('is waited for no longer than for a pool of ours, and what comes too late goes back', async () => {
    await start({ poolSize: 1 });
    const holder = dataSource.createQueryRunner();
    await holder.connect();
    await expect(new SharedPool(dataSource, 20).checkout()).rejects.toBeInstanceOf(OverloadedError);
    await holder.release();
    // The one connection would be gone for good.
    expect(await rows()).toEqual([]);
  });

  it('ends after what runs on it', async () => {
    const commands = await start();
    const taking = Promise.all(
      Array.from({ length: 5 }, (_, nth) => commands.execute(new Take({ sku: `mug-${nth}`, how: 'well' }))),
    );
    await until(async () => Array.isArray(await rows()));
    // As @nestjs/typeorm does when the application stops, before or after other modules.
    const ending = dataSource.destroy();
    await expect(taking).resolves.toHaveLength(5);
    await ending;
  });
});

describe('a DataSource that no unit runs on', () => {
  it('throws inside of one', async () => {
    await start();
    const other = await new DataSource({ type: 'postgres', url: database.url, entities: [Item] }).initialize();
    try {
      refuseUnits(other);
      expect(await other.getRepository(Item).count()).toBe(0);
      const unit = app?.get(UnitOfWork, { strict: false });
      await expect(
        runAs('stock', async () => unit?.intent(() => other.getRepository(Item).save({ sku: 'mug', left: 1 }))),
      ).rejects.toThrow('a repository of a DataSource that it does not run on');
      expect(await other.getRepository(Item).count()).toBe(0);
    } finally {
      await other.destroy();
    }
  });
});

describe('what can not be shared', () => {
  it('is named: one that is not initialized, and one of another database', () => {
    dataSource = new DataSource({ type: 'postgres' });
    expect(() => sharedTarget(dataSource)).toThrow('the DataSource is not initialized');
    Object.assign(dataSource, { options: { type: 'mysql' } });
    expect(() => sharedTarget(dataSource)).toThrow('the DataSource is of mysql; units of work need one of postgres');
  });
});
