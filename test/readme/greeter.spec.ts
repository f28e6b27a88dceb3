import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { application, IsolithModule, parseConfig } from '@isolith/isolith';
import { derivedId, withOptions } from '@isolith/message-bus';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { eventually } from '../support/eventually.js';
import { Greet, greeted, greeter, GreeterModule } from './greeter.js';

const { config } = parseConfig(application('app', [greeter]), { DATA_DIR: 'memory://', LOG_LEVEL: 'silent' });

@Module({ imports: [IsolithModule.forRoot({ config }), GreeterModule] })
class AppModule {}

let app: INestApplicationContext;
beforeAll(async () => {
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  module.useLogger(false);
  app = await module.init();
});
afterAll(() => app?.close());

it('greets, counts, and greets once per id', async () => {
  const commands = app.get(CommandBus, { strict: false });
  expect(await commands.execute(new Greet({ name: 'Ada' }))).toEqual({ times: 1 });
  const id = derivedId('readme', 'second');
  expect(await commands.execute(withOptions(new Greet({ name: 'Ada' }), { id }))).toEqual({ times: 2 });
  expect(await commands.execute(withOptions(new Greet({ name: 'Ada' }), { id }))).toEqual({ times: 2 });
  await eventually(
    'both events have arrived',
    async () => greeted.length,
    (count) => count === 2,
  );
  expect(greeted).toEqual(['Ada', 'Ada']);
});

it('is what the README shows', () => {
  const source = readFileSync(new URL('./greeter.ts', import.meta.url), 'utf8');
  const [, example = ''] = /\/\/ #region example\n([^]*?)\/\/ #endregion/.exec(source) ?? [];
  expect(example.split('\n').length).toBeGreaterThan(20);
  expect(readFileSync(new URL('../../README.md', import.meta.url), 'utf8')).toContain(example.trim());
});
