import { afterEach, describe, expect, it } from '@jest/globals';
import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { readFile } from 'node:fs/promises';
import { HostListener, MessageBusModule } from './nest/index.js';
import { AppModule, InventoryModule, OrdersModule, PlaceOrder } from './readme.example.js';
import { conformance } from './readme.kit.example.js';
import { OverTheWire } from './testing/fixtures/hosts.js';
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

const order = (app: INestApplicationContext, quantity: number) => app.get(CommandBus, { strict: false }).execute(new PlaceOrder({ sku: 'mug', quantity }));

afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

describe('the README examples', () => {
  it.each(['readme.example.ts', 'readme.kit.example.ts'])('are what the README shows: %s', async (file) => {
    const [readme, example] = await Promise.all(['../README.md', `./${file}`].map((path) => readFile(new URL(path, import.meta.url), 'utf8')));
    expect(example?.split('\n').length).toBeGreaterThan(5);
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
  });

  it('run in one host', async () => {
    const app = await start(AppModule);
    await expect(order(app, 7)).resolves.toEqual({ status: 'placed' });
    await expect(order(app, 7)).resolves.toEqual({ status: 'only 3 left' });
  });

  it('run in two hosts, unchanged', async () => {
    const remote = new OverTheWire();
    @Module({ imports: [MessageBusModule.forRoot({ placement: { here: ['orders'] }, remote }), OrdersModule] })
    class OrdersHost {}
    @Module({ imports: [MessageBusModule.forRoot({ placement: { here: ['inventory'] }, remote }), InventoryModule] })
    class InventoryHost {}
    await start(InventoryHost);
    const app = await start(OrdersHost);
    await expect(order(app, 7)).resolves.toEqual({ status: 'placed' });
    await expect(order(app, 7)).resolves.toEqual({ status: 'only 3 left' });
  });

  it('register the conformance kit', async () => {
    const tests: (() => Promise<void>)[] = [];
    conformance({ describe: (_, body) => body(), it: (_, body) => void tests.push(body) });
    expect(tests).toHaveLength(kitObligations.length);
    await tests[0]?.();
  });
});
