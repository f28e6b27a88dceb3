import { afterEach, describe, expect, it } from '@jest/globals';
import { anyone, command, event } from '@isolith/contracts';
import { Injectable, Module, type INestApplicationContext, type ModuleMetadata, type Provider } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import {
  CommandBus,
  CommandHandler,
  CommandHandlerNotFoundException,
  CqrsModule,
  EventBus,
  EventsHandler,
  ofType,
  QueryBus,
  QueryHandler,
  Saga,
} from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { ignoreElements, type Observable } from 'rxjs';
import { z } from 'zod';
import { NoOpenUnitError } from '../receiving/refusals.js';
import { runAs, type OpenUnit } from '../receiving/scope.js';
import { CqrsRouting, MessageBusModule, StartRefusedError, type BusFeature } from './index.js';

class Take extends command('stock.take', {
  input: z.object({ tags: z.array(z.string()) }),
  output: z.object({ tags: z.array(z.string()) }),
  access: [anyone()],
}) {}
class Taken extends event('stock.taken', { input: z.object({ sku: z.string() }), key: 'sku' }) {}

class PlainCommand {
  constructor(readonly value: number) {}
}
class PlainQuery {}
class PlainEvent {
  constructor(readonly value: number) {}
}

const seen: unknown[] = [];

@CommandHandler(Take)
class TakeHandler {
  async execute(take: Take) {
    seen.push(take);
    return { tags: take.tags };
  }
}
@CommandHandler(PlainCommand)
class PlainCommandHandler {
  async execute(plain: PlainCommand) {
    return plain;
  }
}
@QueryHandler(PlainQuery)
class PlainQueryHandler {
  async execute(plain: PlainQuery) {
    return plain;
  }
}
@EventsHandler(PlainEvent)
class OnPlain {
  handle(plain: PlainEvent) {
    seen.push(plain);
  }
}
@EventsHandler(Taken)
class OnTaken {
  handle(taken: Taken) {
    seen.push(taken);
  }
}

let app: INestApplicationContext | undefined;

async function start(
  providers: Provider[],
  { imports = [], features = [] }: { imports?: ModuleMetadata['imports']; features?: readonly BusFeature[] } = {},
): Promise<INestApplicationContext> {
  @Module({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['stock', 'shop'] } }),
      ...features.map((feature) => MessageBusModule.forFeature(feature)),
      ...(imports ?? []),
    ],
    providers,
  })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  module.useLogger(false);
  app = module;
  return module.init();
}

const violations = (started: Promise<unknown>): Promise<readonly string[]> =>
  started.then(
    () => [],
    (error: unknown) => (error instanceof StartRefusedError ? error.violations : Promise.reject(error)),
  );

afterEach(async () => {
  seen.length = 0;
  await app?.close();
  app = undefined;
});

describe('messages without a contract', () => {
  it('stay with @nestjs/cqrs: the same instances, the same errors, the same streams', async () => {
    const context = await start([PlainCommandHandler, PlainQueryHandler, OnPlain]);
    const [commands, queries, events] = [context.get(CommandBus), context.get(QueryBus), context.get(EventBus)];
    const [command, query, happened] = [new PlainCommand(1), new PlainQuery(), new PlainEvent(2)];
    events.subscribe((streamed) => seen.push('streamed', streamed));
    await expect(commands.execute(command)).resolves.toBe(command);
    await expect(queries.execute(query)).resolves.toBe(query);
    events.publish(happened);
    await Promise.resolve();
    expect(seen).toContain(happened);
    expect(seen).toContain('streamed');
    class Unhandled {}
    expect(() => commands.execute(new Unhandled())).toThrow(CommandHandlerNotFoundException);
  });
});

describe('publishAll', () => {
  it('appends what has a contract, in order, and leaves the rest to @nestjs/cqrs', async () => {
    const events = (await start([OnPlain])).get(EventBus);
    const appended: object[] = [];
    const unit: OpenUnit = { context: 'stock', append: (happened) => appended.push(happened) };
    const mixed = [new PlainEvent(1), new Taken({ sku: 'a' }), new PlainEvent(2), new Taken({ sku: 'b' })];
    runAs('stock', () => events.publishAll(mixed), { unit });
    await Promise.resolve();
    expect(appended).toEqual([new Taken({ sku: 'a' }), new Taken({ sku: 'b' })]);
    expect(seen).toEqual([new PlainEvent(1), new PlainEvent(2)]);
  });

  it('outside of a unit is refused before anything is published', async () => {
    const events = (await start([OnPlain])).get(EventBus);
    expect(() => events.publishAll([new PlainEvent(1), new Taken({ sku: 'a' })])).toThrow(NoOpenUnitError);
    await Promise.resolve();
    expect(seen).toEqual([]);
  });

  it('takes events only', async () => {
    const events = (await start([])).get(EventBus);
    expect(() => events.publish(new Take({ tags: [] }))).toThrow('stock.take is a command; only events are published');
  });
});

describe('every bus of the container', () => {
  it('is routed, also when CqrsModule is imported beside forRoot', async () => {
    const context = await start([TakeHandler, OnTaken], {
      imports: [CqrsModule],
      features: [
        { context: 'stock', contracts: [Take] },
        { context: 'shop', subscriptions: { watch: { handlers: [OnTaken] } } },
      ],
    });
    const instances = context
      .get(DiscoveryService, { strict: false })
      .getProviders()
      .map(({ instance }): unknown => instance);
    const commands = instances.filter((instance) => instance instanceof CommandBus);
    const events = instances.filter((instance) => instance instanceof EventBus);
    expect([commands.length, events.length]).toEqual([2, 2]);
    for (const bus of commands) {
      const take = new Take({ tags: ['a'] });
      const answer = await bus.execute(take);
      expect(answer).toEqual({ tags: ['a'] });
      expect([seen.at(-1)]).toEqual([take]);
      expect(seen.at(-1)).not.toBe(take);
    }
    for (const bus of events) expect(() => bus.publish(new Taken({ sku: 'a' }))).toThrow(NoOpenUnitError);
    expect(seen).toHaveLength(2);
  });

  it('hands over copies: what one context changes in them changes nothing in another', async () => {
    const bus = (await start([TakeHandler])).get(CommandBus);
    const tags = ['mine'];
    const answer = await bus.execute(new Take({ tags }));
    for (const received of seen) if (received instanceof Take) received.tags.push('changed by the handler, later');
    expect([tags, answer]).toEqual([['mine'], { tags: ['mine'] }]);
    answer.tags.push('changed by the caller');
    expect(seen).toEqual([{ tags: ['mine', 'changed by the handler, later'] }]);
  });

  it('reaches a handler that a factory made', async () => {
    const made: Provider = { provide: 'taker', useFactory: () => new TakeHandler() };
    const bus = (await start([made], { features: [{ context: 'stock', contracts: [Take] }] })).get(CommandBus);
    await expect(bus.execute(new Take({ tags: [] }))).resolves.toEqual({ tags: [] });
  });
});

describe('the host refuses', () => {
  it('a second forRoot', async () => {
    const refused = await violations(start([], { imports: [MessageBusModule.forRoot({ placement: { here: [] } })] }));
    expect(refused).toContain('forRoot was imported twice');
  });

  it("subscriptions that can't work, all at once", async () => {
    @Injectable()
    class NoHandler {}
    @EventsHandler(PlainEvent)
    class OnForeign extends OnPlain {}
    const features: readonly BusFeature[] = [
      {
        context: 'shop',
        contracts: [Take],
        subscriptions: {
          watch: { handlers: [NoHandler, OnTaken], retry: { attempts: 0 } },
          requests: { handlers: [OnForeign] },
        },
      },
    ];
    expect(await violations(start([NoHandler, OnForeign], { features }))).toEqual([
      'subscription shop.watch: NoHandler has no @EventsHandler',
      'subscription shop.watch: OnTaken is no provider of any module',
      'subscription shop.requests: OnForeign takes an event that has no contract',
      'shop states stock.take as its own, which belongs to stock',
      'subscription shop.watch: retry.attempts must be a whole number, 1 or more, not 0',
      'subscription shop.requests has the name of a request lane',
    ]);
  });
});

describe('the routing', () => {
  it('names the event handlers that no subscription lists', async () => {
    const context = await start([OnPlain, OnTaken], {
      features: [{ context: 'shop', subscriptions: { watch: { handlers: [OnTaken] } } }],
    });
    expect(context.get(CqrsRouting).plainEventHandlers).toEqual(['OnPlain']);
  });

  it('names the sagas of cqrs, and refuses one on an event that goes past them', async () => {
    class PlainSagas {
      @Saga()
      plain = (happened: Observable<object>) => happened.pipe(ofType(PlainEvent), ignoreElements());
    }
    const features = [{ context: 'stock', contracts: [Taken] }];
    expect((await start([PlainSagas], { features })).get(CqrsRouting).plainSagas).toEqual(['PlainSagas.plain']);
    await app?.close();

    class LostSagas {
      @Saga()
      lost = (happened: Observable<object>) => happened.pipe(ofType(Taken), ignoreElements());
    }
    expect(await violations(start([LostSagas], { features }))).toEqual([
      'LostSagas.lost is a @Saga() on Taken, but stock.taken has a contract and goes past the stream of cqrs: write a durable saga',
    ]);
  });
});
