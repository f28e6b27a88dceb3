import { readFile } from 'node:fs/promises';
import { expect, it } from '@jest/globals';
import { withOptions } from '@isolith/message-bus';
import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { AppModule, Sell } from './readme.example.js';

it('the example of the README does what it says', async () => {
  const app = await Test.createTestingModule({ imports: [AppModule] }).compile();
  app.useLogger(false);
  await app.init();
  try {
    const bus = app.get(CommandBus, { strict: false });
    const sell = () => bus.execute(withOptions(new Sell({ saleId: 'a', amount: 3 }), { id: 'one' }));
    expect([await sell(), await sell()]).toEqual([{ total: 3 }, { total: 3 }]);
  } finally {
    await app.close();
  }
});

it('is the code that is tested here', async () => {
  const [readme, example] = await Promise.all(
    ['../README.md', './readme.example.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  );
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});
