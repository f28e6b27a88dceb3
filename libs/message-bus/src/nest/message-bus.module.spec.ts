import { afterEach, describe, expect, it } from '@jest/globals';
import {
  command,
  event,
  failure,
  HandlerError,
  query,
  UnauthenticatedError,
  anyone,
  signedIn,
} from '@isolith/contracts';
import { Injectable, Module, Scope, type INestApplicationContext, type Type } from '@nestjs/common';
import { CommandBus, CommandHandler, CqrsModule, EventBus, EventsHandler, QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { CallInsideUnitError, NoOpenUnitError } from '../receiving/refusals.js';
import { MessageRouter } from '../routing/router.js';
import { currentScope, requireScope, runAs, runInScope, type OpenUnit } from '../receiving/scope.js';
import { HostLifecycle, MessageBusModule, StartRefusedError, type BusFeature } from './index.js';

class Sold extends failure('stock.sold', {
  data: z.object({ sku: z.string() }),
  status: 409,
  detail: ({ sku }) => `${sku} is sold`,
}) {}
const input = z.object({ sku: z.string(), tags: z.array(z.string()).default([]) });
class Take extends command('stock.take', {
  input,
  output: z.object({ left: z.int() }),
  failures: [Sold],
  access: [anyone()],
}) {}
class Ask extends query('stock.ask', { input, output: z.object({ by: z.string() }), access: [signedIn()] }) {}
class Buy extends command('shop.buy', {
  input,
  output: z.object({ left: z.int() }),
  failures: [Sold],
  access: [anyone()],
}) {}
class Taken extends event('stock.taken', { input: z.object({ sku: z.string() }), key: 'sku' }) {}

const seen: unknown[] = [];

@CommandHandler(Take)
class TakeHandler {
  async execute(take: Take) {
    if (take.sku === 'sold') throw new Sold({ sku: take.sku });
    if (take.sku === 'broken') throw new Error('secret detail');
    seen.push(take.tags);
    return { left: 1 };
  }
}

@QueryHandler(Ask, { scope: Scope.REQUEST })
class AskHandler {
  async execute() {
    return { by: requireScope().principal.service };
  }
}

@CommandHandler(Buy)
class BuyHandler {
  constructor(private readonly commands: CommandBus) {}
  execute(buy: Buy) {
    return this.commands.execute(new Take({ sku: buy.sku, tags: buy.tags }));
  }
}

@EventsHandler(Taken)
class OnTaken {
  async handle(taken: Taken) {
    seen.push([taken.sku, currentScope()?.context, currentScope()?.subscription]);
  }
}

class Unlisted {
  constructor(readonly value: number) {}
}

@EventsHandler(Unlisted)
class OnUnlisted {
  handle({ value }: Unlisted) {
    seen.push(value);
  }
}

const stock: BusFeature = { context: 'stock', contracts: [Take, Ask, Taken] };
const shop: BusFeature = {
  context: 'shop',
  contracts: [Buy],
  needs: [Take],
  subscriptions: { watch: { handlers: [OnTaken] } },
};

let app: INestApplicationContext | undefined;

async function start(
  features: readonly BusFeature[],
  providers: readonly Type[],
  here = ['stock', 'shop'],
): Promise<INestApplicationContext> {
  @Module({
    imports: [
      MessageBusModule.forRoot({ placement: { here } }),
      ...features.map((feature) => MessageBusModule.forFeature(feature)),
      CqrsModule,
    ],
    providers: [...providers],
  })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  module.useLogger(false);
  app = module;
  return module.init();
}

const startShop = () => start([stock, shop], [TakeHandler, AskHandler, BuyHandler, OnTaken, OnUnlisted]);

afterEach(async () => {
  seen.length = 0;
  await app?.close();
  app = undefined;
});

describe('a bus call', () => {
  it('reaches the handler with a copy and returns a copy', async () => {
    const bus = (await startShop()).get(CommandBus, { strict: false });
    const tags = ['a'];
    await expect(bus.execute(new Buy({ sku: 'mug', tags }))).resolves.toEqual({ left: 1 });
    expect(seen).toEqual([['a']]);
    expect(seen[0]).not.toBe(tags);
  });

  it('brings a failure back as its own class over two contexts', async () => {
    const bus = (await startShop()).get(CommandBus, { strict: false });
    const failed = await bus.execute(new Buy({ sku: 'sold' })).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Sold);
    expect(failed).toMatchObject({ data: { sku: 'sold' }, message: 'sold is sold' });
  });

  it('shows nothing of an error but that there was one', async () => {
    const bus = (await startShop()).get(CommandBus, { strict: false });
    const failed = await bus.execute(new Take({ sku: 'broken' })).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(HandlerError);
    expect(String(failed)).not.toContain('secret');
  });

  it('checks access where the message arrives and runs request-scoped handlers', async () => {
    const bus = (await startShop()).get(QueryBus, { strict: false });
    await expect(bus.execute(new Ask({ sku: 'mug' }))).rejects.toBeInstanceOf(UnauthenticatedError);
    const asUser = { context: 'gateway', correlationId: 'c', principal: { service: 'gateway', user: 'u', roles: [] } };
    await expect(runInScope(asUser, () => bus.execute(new Ask({ sku: 'mug' })))).resolves.toEqual({ by: 'gateway' });
  });

  it('is refused inside an open unit of another context, naming both', async () => {
    const bus = (await startShop()).get(CommandBus, { strict: false });
    const unit: OpenUnit = { context: 'shop', append: () => undefined };
    const call = runAs('shop', () => bus.execute(new Take({ sku: 'mug' })), { unit });
    await expect(call).rejects.toThrow('shop called stock.take inside its open unit of work');
    await expect(call).rejects.toBeInstanceOf(CallInsideUnitError);
  });
});

describe('an event', () => {
  it('with a contract is appended to the open unit and refused without one', async () => {
    const bus = (await startShop()).get(EventBus, { strict: false });
    const appended: object[] = [];
    const unit: OpenUnit = { context: 'stock', append: (happened) => appended.push(happened) };
    runAs('stock', () => bus.publish(new Taken({ sku: 'mug' })), { unit });
    expect(appended).toEqual([new Taken({ sku: 'mug' })]);
    expect(() => bus.publish(new Taken({ sku: 'mug' }))).toThrow(NoOpenUnitError);
    expect(seen).toEqual([]);
  });

  it('reaches a subscription through the router, once, awaited', async () => {
    const router = (await startShop()).get(MessageRouter);
    const envelope = {
      specversion: '1.0',
      id: 'e1',
      source: '/stock',
      type: 'stock.taken',
      time: new Date().toISOString(),
      subject: 'mug',
      kind: 'event',
      schemaversion: 1,
      correlationid: 'c',
      data: { sku: 'mug', later: 'field' },
    } as const;
    await router.deliver(
      envelope,
      { lane: 'subscription', context: 'shop', subscription: 'watch' },
      new AbortController().signal,
    );
    expect(seen).toEqual([['mug', 'shop', 'watch']]);
  });

  it('without a contract stays with plain cqrs', async () => {
    const bus = (await startShop()).get(EventBus, { strict: false });
    bus.publish(new Unlisted(7));
    await Promise.resolve();
    expect(seen).toEqual([7]);
  });
});

describe('a host', () => {
  it('refuses to start and names everything that is wrong at once', async () => {
    @CommandHandler(Take)
    class SecondTakeHandler extends TakeHandler {}
    @Injectable({ scope: Scope.REQUEST })
    @EventsHandler(Taken)
    class PerRequest extends OnTaken {}
    const wrong: BusFeature = { ...shop, subscriptions: { watch: { handlers: [PerRequest] } } };
    @EventsHandler(Taken)
    class Forgotten extends OnTaken {}
    const refusal = await start(
      [stock, wrong],
      [TakeHandler, SecondTakeHandler, BuyHandler, PerRequest, Forgotten],
      ['shop'],
    ).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartRefusedError);
    expect(refusal).toMatchObject({
      violations: expect.arrayContaining([
        'stock.take has two handlers: TakeHandler and SecondTakeHandler',
        'stock.ask has no handler',
        'shop needs stock.take, but stock is not here and no transport is configured (TRANSPORT_URL)',
        'subscription shop.watch: PerRequest is request-scoped; an event has no request',
        'Forgotten handles stock.taken, but no subscription lists it',
      ]),
    });
    app = undefined;
  });

  it('starts its parts after the last module has bootstrapped and stops them in reverse', async () => {
    const steps: string[] = [];
    const part = (name: string) =>
      Object.fromEntries([
        ['name', name],
        ...['open', 'start', 'drain', 'close'].map((step) => [step, async () => void steps.push(`${name} ${step}`)]),
      ]);
    @Injectable()
    class Parts {
      constructor(lifecycle: HostLifecycle) {
        lifecycle.join({ name: 'a', ...part('a') });
        lifecycle.join({ name: 'b', ...part('b') });
      }
      onApplicationBootstrap() {
        steps.push('bootstrap');
      }
    }
    await start([], [Parts]);
    await app?.close();
    expect(steps).toEqual([
      'a open',
      'b open',
      'bootstrap',
      'a start',
      'b start',
      'b drain',
      'a drain',
      'b close',
      'a close',
    ]);
    app = undefined;
  });
});
