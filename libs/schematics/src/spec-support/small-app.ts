import { join } from 'node:path';
import { HostTree, type Rule } from '@angular-devkit/schematics';
import { SchematicTestRunner, UnitTestTree } from '@angular-devkit/schematics/testing/index.js';

const FILES: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({
    dependencies: {
      '@isolith/contracts': '*',
      '@isolith/isolith': '*',
      '@isolith/journal': '*',
      '@nestjs/cqrs': '*',
      zod: '*',
    },
    devDependencies: { '@isolith/testing': '*', '@jest/globals': '*' },
  }),
  'src/main.ts': `import { app } from './app.js';\n\nconsole.log(app.names);\n`,
  'src/app.ts': `import { application, lazily } from '@isolith/isolith';
import { orders } from './orders/orders.context.js';

export const app = application('small', [
  lazily(orders, {
    module: async () => (await import('./orders/orders.module.js')).OrdersModule,
  }), // the first of all
]);
`,
  'src/orders/orders.contract.ts': `import { event, signedIn } from '@isolith/contracts';
import { z } from 'zod';

const ordered = z.object({ orderNumber: z.int().min(1), sku: z.string().min(3).max(9), note: z.string().optional() });

export interface Receipt {
  readonly paid: boolean;
}

export class OrderPlaced extends event('orders.order-placed', { input: ordered, key: 'orderNumber' }) {}
export class OrderMoved extends event('orders.order-moved', {
  input: z.object({ id: z.uuid(), to: z.tuple([z.int(), z.int()]) }),
  key: 'id',
}) {}
`,
  'src/orders/orders.context.ts': `import { contractsIn } from '@isolith/contracts';
import { context } from '@isolith/isolith';
import * as contract from './orders.contract.js';

export const orders = context('orders', { contracts: contractsIn(contract) });
`,
  'src/orders/orders.module.ts': `import { IsolithModule } from '@isolith/isolith';
import { Module } from '@nestjs/common';
import { Prices } from './infra/prices.js';
import { orders } from './orders.context.js';

@Module({
  imports: [IsolithModule.forFeature(orders)],
  providers: [
    Prices, // asked by all
  ],
})
export class OrdersModule {}
`,
  'src/orders/orders.routes.ts': 'export const ordersRoutes = [];\n',
};

/** A small application of the layout, in memory. */
export class SmallApp {
  readonly #runner = new SchematicTestRunner('isolith', join(import.meta.dirname, '..', 'collection.json'));
  #tree = new UnitTestTree(new HostTree());

  /** @param changed files that are otherwise, or not there */
  constructor(changed: Readonly<Record<string, string | undefined>> = {}) {
    for (const [path, text] of Object.entries({ ...FILES, ...changed }))
      if (text !== undefined) this.#tree.create(path, text);
  }

  /** Runs a schematic; resolves with what it said. */
  async generate(rule: Rule): Promise<readonly string[]> {
    const said: string[] = [];
    const { logger } = this.#runner;
    const listening = logger.subscribe(({ message }) => said.push(message));
    try {
      await this.#runner
        .callRule((tree, context) => rule(tree, { ...context, logger }), this.#tree)
        .forEach((tree) => void (this.#tree = new UnitTestTree(tree)));
    } finally {
      listening.unsubscribe();
    }
    return said;
  }

  text(path: string): string {
    return this.#tree.readText(path);
  }

  /** All files with their text. */
  all(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#tree.files.map((path) => [path.slice(1), this.text(path)]));
  }

  /** The files that are not of the application as it was, in order. */
  added(): readonly string[] {
    return Object.keys(this.all())
      .filter((path) => !(path in FILES))
      .sort();
  }
}
