import { afterEach, describe, expect, it } from '@jest/globals';
import { anyone, command, event, NewerVersionError } from '@isolith/contracts';
import { JournalModule } from '@isolith/journal/nest';
import { runAs } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { CommandBus, CommandHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { aggregate, Aggregates, projection, type AnyAggregate, type Projection } from '../index.js';
import { add, cart, cartWithSnapshots, ItemAdded, ItemAddedOnce, OrderSubmitted } from '../spec-support/cart.js';
import { EventSourcingModule } from './index.js';

class AddItem extends command('shop.add-item', {
  input: z.object({ cartId: z.string(), sku: z.string() }),
  output: z.object({ items: z.int() }),
  access: [anyone()],
}) {}

const cartOnly = { input: z.object({ cartId: z.string() }), key: 'cartId' } as const;
class Packed extends event('shop.packed', cartOnly) {}
/** Listed by a projection, and among nobody's contracts. */
class Lost extends event('shop.lost', cartOnly) {}
class Moved extends event('stock.moved', cartOnly) {}

@CommandHandler(AddItem)
class AddItemHandler {
  constructor(private readonly aggregates: Aggregates) {}

  execute({ cartId, sku }: AddItem) {
    return this.aggregates.change(cart, cartId, add(sku), ({ state }) => ({ items: state.items.length }));
  }
}

let app: INestApplicationContext | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(
  aggregates: readonly AnyAggregate[],
  ...projections: readonly Projection[]
): Promise<INestApplicationContext> {
  @Module({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['shop'] } }),
      JournalModule.forRoot({ targetOf: () => ({ kind: 'pglite', dataDir: 'memory://' }) }),
      JournalModule.forFeature({ context: 'shop' }),
      EventSourcingModule.forFeature({ context: 'shop', aggregates, projections }),
      MessageBusModule.forFeature({ context: 'shop', contracts: [AddItem, ItemAdded, OrderSubmitted, Packed] }),
    ],
    providers: [AddItemHandler],
  })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  module.useLogger(false);
  app = module;
  return module.init();
}

describe('a context with aggregates', () => {
  it('handles a command by a change of one, whose reply is what the change made', async () => {
    const bus = (await start([cartWithSnapshots()])).get(CommandBus, { strict: false });
    expect(await bus.execute(new AddItem({ cartId: 'c', sku: 'mug' }))).toEqual({ items: 1 });
    expect(await bus.execute(new AddItem({ cartId: 'c', sku: 'cup' }))).toEqual({ items: 2 });
  });

  it('says which event an aggregate does not list that the context states, and waits for no other release', async () => {
    const aggregates = (await start([cart])).get(Aggregates, { strict: false });
    const former = aggregate({
      name: 'cart',
      events: [Packed],
      initial: () => 0,
      decide: (_, cartId: { readonly of: string }) => [new Packed({ cartId: cartId.of })],
      evolve: (state: number) => state + 1,
    });
    await runAs('shop', () => aggregates.change(former, 'c', { of: 'c' }));
    const loading = runAs('shop', () => aggregates.load(cart, 'c'));
    await expect(loading).rejects.toThrow('the aggregate cart does not list shop.packed among its events');
    await expect(loading).rejects.not.toBeInstanceOf(NewerVersionError);
  });

  it('does not start with declarations that can not run, and names all that is wrong, each with its place', async () => {
    const nothing = { initial: () => 0, decide: () => [], evolve: (state: number) => state };
    const again = aggregate({ ...nothing, name: 'cart', events: [ItemAdded] });
    const doubled = aggregate({ ...nothing, name: 'parcel', events: [Packed, Packed] });
    const rows = { version: 1, table: () => [], apply: () => undefined };
    const lost = projection({ ...rows, name: 'lost', events: [Lost, Lost] });
    const sizes = projection({ ...rows, name: 'sizes', events: [ItemAddedOnce, Moved] });
    await expect(start([cart, again, doubled], lost, sizes, sizes)).rejects.toMatchObject({
      violations: [
        'aggregate cart of shop: it is declared twice',
        'aggregate parcel of shop: it lists shop.packed twice',
        'projection lost of shop: it lists shop.lost twice',
        'projection lost of shop: nobody has shop.lost: it is not among the contracts of shop',
        'projection sizes of shop: shop.item-added is listed in version 1 and stated in version 2',
        'projection sizes of shop: stock.moved is in the journal of stock, not in this one; subscribe to it',
        'projection sizes of shop: it is declared twice',
      ],
    });
  });
});
