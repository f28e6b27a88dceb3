import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { anyone, command, contractsIn, event, HandlerError, IsolithError, query, signedIn } from '@isolith/contracts';
import { context, IsolithModule } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { type InjectedFault, runInScope } from '@isolith/message-bus';
import { Inject, Module } from '@nestjs/common';
import { CommandBus, CommandHandler, EventsHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Column, DataSource, Entity, PrimaryColumn, type Repository } from 'typeorm';
import { z } from 'zod';
import { openContext, placements, user, type ContextUnderTest, type OpenOptions } from './index.js';

class Weigh extends query('scales.weigh', {
  input: z.object({ sku: z.string() }),
  output: z.object({ grams: z.int() }),
  access: [anyone()],
}) {}
class Broken extends event('scales.broken', { input: z.object({ sku: z.string() }), key: 'sku' }) {}
class Take extends command('shelf.take', {
  input: z.object({ sku: z.string(), how: z.enum(['well', 'thrown', 'asked']).default('well') }),
  output: z.object({ left: z.int() }),
  access: [signedIn()],
}) {}
const shelf = context('shelf', {
  contracts: contractsIn({ Take }),
  needs: [Weigh],
  subscriptions: { repairs: { events: [Broken] } },
});

@Entity('item')
class Item {
  @PrimaryColumn('text') sku!: string;
  @Column('int') left!: number;
}

const ITEMS = Symbol('items');
const heard: string[] = [];

@CommandHandler(Take)
class TakeHandler {
  constructor(
    @Inject(ITEMS) private readonly items: Repository<Item>,
    private readonly queries: QueryBus,
    private readonly unit: UnitOfWork,
  ) {}

  async execute({ sku, how }: Take) {
    if (how === 'asked') await this.queries.execute(new Weigh({ sku }));
    return this.unit.run(async () => {
      const item = (await this.items.findOneBy({ sku })) ?? this.items.create({ sku, left: 10 });
      item.left -= 1;
      await this.items.save(item);
      if (how === 'thrown') throw new RangeError('the shelf broke');
      return { left: item.left };
    });
  }
}

@EventsHandler(Broken)
class OnBroken {
  async handle({ sku }: Broken) {
    heard.push(sku);
  }
}

@QueryHandler(Weigh)
class BrokenScales {
  async execute(): Promise<never> {
    throw new TypeError('the scales broke');
  }
}

@Module({
  imports: [IsolithModule.forFeature(shelf, { subscriptions: { repairs: [OnBroken] } })],
  providers: [
    TakeHandler,
    OnBroken,
    // As @InjectRepository: once, when the module is made.
    { provide: ITEMS, inject: [DataSource], useFactory: (own: DataSource) => own.getRepository(Item) },
  ],
})
class ShelfModule {}

const ada = user('ada');
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});
const open = async (more: Partial<OpenOptions> = {}) => {
  const opened = await openContext(shelf, { module: ShelfModule, standIns: [BrokenScales], entities: [Item], ...more });
  closing.push(() => opened.close());
  return opened;
};

const thrown = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(placements)('a context whose module is the application’s, %s', (_name, placement) => {
  let opened: ContextUnderTest;
  beforeAll(async () => {
    opened = await open(placement);
  });

  it('has repositories that take part in its units of work', async () => {
    expect(await opened.send(new Take({ sku: 'mug' }), ada)).toEqual({ left: 9 });
    // On a bad day its answer may be lost: then nobody can say that it did nothing.
    await expect(opened.send(new Take({ sku: 'mug', how: 'thrown' }), ada)).rejects.toThrow(IsolithError);
    expect(await opened.send(new Take({ sku: 'mug' }), ada)).toEqual({ left: 8 });
    expect(await opened.read(z.object({ left: z.int() }), 'SELECT "left" FROM item')).toEqual([{ left: 8 }]);
  });

  it('handles an event once', async () => {
    const sku = randomUUID();
    for (let nth = 0; nth < 2; nth += 1) await opened.deliver('repairs', new Broken({ sku }), sku);
    expect(heard.filter((each) => each === sku)).toEqual([sku]);
  });
});

describe.each(placements.filter(([, { faults }]) => faults === undefined))(
  'an error in a handler, %s',
  (_name, placement) => {
    let opened: ContextUnderTest;
    beforeAll(async () => {
      opened = await open(placement);
    });

    it('shows a test what the handler threw, or one that it asked, as the cause', async () => {
      const own = await thrown(opened.send(new Take({ sku: 'cup', how: 'thrown' }), ada));
      expect(own).toBeInstanceOf(HandlerError);
      expect(own).toHaveProperty('cause', expect.objectContaining({ name: 'RangeError', message: 'the shelf broke' }));
      const asked = await thrown(opened.send(new Take({ sku: 'cup', how: 'asked' }), ada));
      expect(asked).toHaveProperty(
        'cause',
        expect.objectContaining({ name: 'TypeError', message: 'the scales broke' }),
      );
      expect(await thrown(opened.ask(new Weigh({ sku: 'cup' }), { service: 'shelf', roles: [] }))).toHaveProperty(
        'cause',
        expect.objectContaining({ message: 'the scales broke' }),
      );
    });

    it('shows nothing of it to whoever sends as in production', async () => {
      const bus = opened.get(CommandBus);
      const sent = runInScope({ context: ada.service, principal: ada, correlationId: randomUUID() }, () =>
        bus.execute(new Take({ sku: 'cup', how: 'thrown' })),
      );
      const error = await thrown(sent);
      expect(error).toBeInstanceOf(HandlerError);
      expect(error).not.toHaveProperty('cause');
      expect(String(error)).toBe('HandlerError: the handler of shelf.take failed');
    });
  },
);

describe('faults', () => {
  it('are those that were asked for, and change no outcome', async () => {
    const met: InjectedFault[] = [];
    const onFault = (fault: InjectedFault): void => void met.push(fault);
    const opened = await open({ faults: { seed: 3, rates: { duplicate: 0.5, lostReply: 0.5 }, onFault } });
    for (let nth = 1; nth <= 10; nth += 1) {
      const id = `take-${nth}`;
      expect(await opened.send(new Take({ sku: 'pot' }), ada, { id })).toEqual({ left: 10 - nth });
    }
    expect(new Set(met.map(({ kind }) => kind))).toEqual(new Set(['duplicate', 'lostReply']));
  });

  it('that can’t be are refused', async () => {
    await expect(open({ faults: { seed: 1, rates: { delay: 2 } } })).rejects.toThrow('rates.delay');
  });
});
