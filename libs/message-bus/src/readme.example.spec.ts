import { afterEach, describe, expect, it } from '@jest/globals';
import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { readFile } from 'node:fs/promises';
import { MessageRouter, withOptions } from './index.js';
import { HostListener, MessageBusModule } from './nest/index.js';
import { AppModule, InventoryModule, OrdersModule, PlaceOrder } from './readme.example.js';
import { appUnderFaults } from './readme.faults.example.js';
import { conformance } from './readme.kit.example.js';
import { MemoryInbox } from './testing/bus/memory-inbox.js';
import { OverTheWire } from './testing/fixtures/hosts.js';
import { signedPlainly } from './testing/fixtures/plain-signer.js';
import { kitObligations } from './testing/index.js';

const apps: INestApplicationContext[] = [];

/** One host: a Nest microservice whose strategy is the host's listener. */
async function start(root: Type): Promise<INestApplicationContext> {
  const module = await Test.createTestingModule({ imports: [root] }).compile();
  const app = module.createNestMicroservice({ strategy: module.get(HostListener), logger: false });
  apps.push(app);
  await app.listen();
  return app;
}

const order = (app: INestApplicationContext, quantity: number) =>
  app.get(CommandBus, { strict: false }).execute(new PlaceOrder({ sku: 'mug', quantity }));

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

describe('the README examples', () => {
  it.each(['readme.example.ts', 'readme.kit.example.ts', 'readme.faults.example.ts'])(
    'are what the README shows: %s',
    async (file) => {
      const [readme, example] = await Promise.all(
        ['../README.md', `./${file}`].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
      );
      expect(example?.split('\n').length).toBeGreaterThan(5);
      expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
    },
  );

  it('run in one host', async () => {
    const app = await start(AppModule);
    await expect(order(app, 7)).resolves.toEqual({ status: 'placed' });
    await expect(order(app, 7)).resolves.toEqual({ status: 'only 3 left' });
  });

  it('run in two hosts, unchanged', async () => {
    const remote = signedPlainly(new OverTheWire());
    @Module({ imports: [MessageBusModule.forRoot({ placement: { here: ['orders'] }, remote }), OrdersModule] })
    class OrdersHost {}
    @Module({ imports: [MessageBusModule.forRoot({ placement: { here: ['inventory'] }, remote }), InventoryModule] })
    class InventoryHost {}
    await start(InventoryHost);
    const app = await start(OrdersHost);
    await expect(order(app, 7)).resolves.toEqual({ status: 'placed' });
    await expect(order(app, 7)).resolves.toEqual({ status: 'only 3 left' });
  });

  it.each([
    ['finds that a command has a second effect without an inbox', false],
    ['finds nothing when its contexts have inboxes', true],
  ])('under faults: %s', async (_, hasInboxes) => {
    const seed = 4;
    const app = await start(appUnderFaults(seed));
    const router = app.get(MessageRouter, { strict: false });
    if (hasInboxes) for (const context of ['orders', 'inventory']) router.useInbox(context, new MemoryInbox());
    let placed = 0;
    // One after the other, with ids of our own: the same faults in every run.
    for (let nth = 0; nth < 10; nth += 1) {
      const { status } = await app
        .get(CommandBus, { strict: false })
        .execute(withOptions(new PlaceOrder({ sku: 'mug', quantity: 1 }), { id: `order-${nth}` }));
      placed += status === 'placed' ? 1 : 0;
    }
    if (hasInboxes) expect({ seed, placed }).toEqual({ seed, placed: 10 });
    else expect(placed).toBeLessThan(10);
  });

  it('register the conformance kit', async () => {
    const tests: (() => Promise<void>)[] = [];
    conformance({ describe: (_, body) => body(), it: (_, body) => void tests.push(body) });
    expect(tests).toHaveLength(kitObligations.length);
    await tests[0]?.();
  });
});
