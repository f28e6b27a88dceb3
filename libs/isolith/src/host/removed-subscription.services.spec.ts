import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { anyone, command, event } from '@isolith/contracts';
import { UnitOfWork } from '@isolith/journal';
import { createServerDatabase } from '@isolith/postgres/testing';
import { until } from '@isolith/message-bus/testing';
import { ConsoleLogger, Module } from '@nestjs/common';
import { CommandBus, CommandHandler, EventBus, EventsHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { context, lazily, type ContextDescriptor } from '../context/context.js';
import { IsolithModule } from '../index.js';

const input = z.object({ id: z.string() });
class Taken extends event('stock.taken', { input, key: 'id' }) {}
class Take extends command('stock.take', { input, access: [anyone()] }) {}
const stock = context('stock', { contracts: [Taken, Take] });

@CommandHandler(Take)
class TakeHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}
  execute = ({ id }: Take) => this.unit.run(async () => void (await this.events.publish(new Taken({ id }))));
}
@Module({ imports: [IsolithModule.forFeature(stock)], providers: [TakeHandler] })
class StockModule {}

const heard: string[] = [];
@EventsHandler(Taken)
class OnTaken {
  handle({ id }: Taken): void {
    heard.push(id);
  }
}

/** A release of the application in which the consumer goes by this name. */
function release(subscription: string): readonly ContextDescriptor[] {
  const mail = context('mail', { subscriptions: { [subscription]: { events: [Taken] } } });
  @Module({
    imports: [IsolithModule.forFeature(mail, { subscriptions: { [subscription]: [OnTaken] } })],
    providers: [OnTaken],
  })
  class MailModule {}
  return [lazily(stock, { module: async () => StockModule }), lazily(mail, { module: async () => MailModule })];
}

class Lines extends ConsoleLogger {
  readonly warned: string[] = [];
  constructor() {
    super({ logLevels: [] });
  }
  override warn(line: unknown): void {
    this.warned.push(JSON.stringify(line));
  }
}

let place: Awaited<ReturnType<typeof createServerDatabase>>;
beforeEach(async () => {
  heard.length = 0;
  place = await createServerDatabase();
});
afterEach(() => place.drop());

/** Starts that release, has one taken and heard of, and stops. Yields what it warned of. */
async function run(subscription: string, id: string): Promise<readonly string[]> {
  const lines = new Lines();
  const module = await Test.createTestingModule({
    imports: [IsolithModule.forRoot({ contexts: release(subscription), env: { DATABASE_URL: place.url } })],
  })
    .setLogger(lines)
    .compile();
  await module.init();
  try {
    await module.get(CommandBus, { strict: false }).execute(new Take({ id }));
    await until(async () => heard.includes(id));
  } finally {
    await module.close();
  }
  return lines.warned.filter((line) => line.includes('no context states this subscription'));
}

it('a host warns at its start of a checkpoint whose subscription the release does not state, with what to do', async () => {
  expect(await run('letters', 'one')).toEqual([]);
  expect(await run('postcards', 'two')).toEqual([
    expect.stringMatching(/stock > mail\.letters: no context states this subscription any more.*DELETE FROM/),
  ]);
  expect(await run('letters', 'three')).toEqual([expect.stringContaining('stock > mail.postcards')]);
});
