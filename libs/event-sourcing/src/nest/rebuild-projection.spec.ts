import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { UnitOfWork } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { runAs } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Projections, type Projection } from '../index.js';
import { ItemAdded, OrderSubmitted } from '../spec-support/cart.js';
import { cartSizes } from '../spec-support/cart-sizes.js';
import { EventSourcingModule, rebuildProjection, RebuildRefusedError } from './index.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rebuild-'));
});
afterEach(() => rm(folder, { recursive: true }));

const targetOf = () => ({ kind: 'pglite', dataDir: join(folder, 'data') }) as const;

function moduleOf(projection: Projection) {
  @Module({
    imports: [
      JournalModule.forFeature({ context: 'shop' }),
      EventSourcingModule.forFeature({ context: 'shop', projections: [projection] }),
      MessageBusModule.forFeature({ context: 'shop', contracts: [ItemAdded, OrderSubmitted] }),
    ],
  })
  class ShopModule {}
  return ShopModule;
}

/** A host that has recorded something, and whose projection has shown it; `then` is run behind its back. */
async function lived(projection: Projection, then?: string): Promise<void> {
  const bus = MessageBusModule.forRoot({ placement: { here: ['shop'] } });
  const module = await Test.createTestingModule({
    imports: [bus, JournalModule.forRoot({ targetOf }), moduleOf(projection)],
  }).compile();
  module.useLogger(false);
  await module.init();
  const unit = module.get(UnitOfWork, { strict: false });
  const added = [new ItemAdded({ cartId: 'c', sku: 'mug', quantity: 2 })];
  await runAs('shop', () => unit.run(async () => unit.append('c', 0, added)));
  await module.get(Projections, { strict: false }).caughtUp(projection, { withinMs: 60_000 });
  if (then !== undefined) await runAs('shop', () => unit.run(() => unit.execute(then)));
  await module.close();
}

const rebuild = async (projection: Projection, name = 'shop.cart-sizes'): Promise<readonly string[]> => {
  const said: string[] = [];
  await rebuildProjection({ modules: [moduleOf(projection)], targetOf, name, say: (line) => void said.push(line) });
  return said;
};

it('builds it anew without a host, and goes on with what was interrupted', async () => {
  const answers = 'version 1 of the projection cart-sizes of shop has been built and answers: 1 events in ';
  await lived(cartSizes());
  expect(await rebuild(cartSizes())).toEqual([expect.stringContaining(answers)]);
  const trap = (): void => {
    throw new Error('killed here');
  };
  const broken = rebuild(cartSizes({ trap }));
  await expect(broken).rejects.toBeInstanceOf(RebuildRefusedError);
  await expect(broken).rejects.toThrow('shop.cart-sizes: it does not go on behind position 0: killed here');
  expect(await rebuild(cartSizes())).toEqual([
    'shop.cart-sizes is being built already: going on with that',
    expect.stringContaining(answers),
  ]);
});

describe('heals', () => {
  const answers = [expect.stringContaining('has been built and answers: 1 events in ')];

  it('a list whose table was changed, and a build of it that nobody could end', async () => {
    const followed = cartSizes();
    await lived(followed);
    const trap = (): void => {
      throw new Error('killed here');
    };
    await expect(rebuild(cartSizes({ trap }))).rejects.toThrow('killed here');
    expect(await rebuild({ ...followed, digest: 'another' })).toEqual(answers);
  });

  it('a list that is further than its journal, which was restored', async () => {
    await lived(cartSizes(), 'UPDATE shop.projection SET position = position + 1000');
    expect(await rebuild(cartSizes())).toEqual(answers);
  });
});

it('is refused for what there is none of, and where there are no tables yet', async () => {
  await expect(rebuild(cartSizes(), 'shop.totals')).rejects.toThrow(
    'there is no projection shop.totals; there are: shop.cart-sizes',
  );
  await expect(rebuild(cartSizes())).rejects.toThrow('shop: has no tables yet');
});
