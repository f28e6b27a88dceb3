import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '@isolith/postgres/testing';
import { currentScope } from '@isolith/message-bus';
import { ConsoleLogger, Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { parseConfig } from '../config/parse-config.js';
import { flag } from '../variables/setting.js';
import { IsolithModule, StartRefusedError } from '../index.js';
import { application } from './application.js';
import { context } from './context.js';
import type { Seed } from './seeds.js';
import { InjectSettings, type SettingsOf } from './settings.js';

const garden = context('garden', { settings: { SEED_DEMO: flag(false), SEED_STONES: flag(false) } });
const sown: string[] = [];

@Injectable()
class Beans implements Seed {
  readonly name = 'beans';
  constructor(@InjectSettings(garden) private readonly settings: SettingsOf<typeof garden>) {}
  async sow(): Promise<void> {
    if (this.settings.SEED_DEMO) sown.push(`beans in ${currentScope()?.context}`);
  }
}

@Injectable()
class Stones implements Seed {
  readonly name = 'stones';
  constructor(@InjectSettings(garden) private readonly settings: SettingsOf<typeof garden>) {}
  verify(): readonly string[] {
    return this.settings.SEED_STONES ? ['SEED_STONES: nothing grows from stones'] : [];
  }
  async sow(): Promise<void> {
    sown.push('stones');
  }
}

@Module({ imports: [IsolithModule.forFeature(garden, { seeds: [Beans, Stones] })], providers: [Beans, Stones] })
class GardenModule {}

let place: TestDatabase;
beforeAll(async () => void (place = await openTestDatabase()));
afterAll(() => place.drop());

const open: TestingModule[] = [];
afterEach(async () => {
  for (const module of open.splice(0)) await module.close();
  sown.length = 0;
});

async function start(env: Readonly<Record<string, string>>): Promise<void> {
  const { target } = place;
  const database = target.kind === 'postgres' ? { DATABASE_URL: target.url } : { DATA_DIR: target.dataDir };
  const { config } = parseConfig(application('app', [garden]), { ...database, ...env });
  const module = await Test.createTestingModule({ imports: [IsolithModule.forRoot({ config }), GardenModule] })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  open.push(module);
  await module.init();
}

it('sows in the order of the list, as the context, by its settings', async () => {
  await start({ SEED_DEMO: 'true' });
  expect(sown).toEqual(['beans in garden', 'stones']);
});

it('refuses the start for what a seed finds wrong, and sows nothing', async () => {
  await expect(start({ SEED_DEMO: 'true', SEED_STONES: 'true' })).rejects.toMatchObject({
    name: StartRefusedError.name,
    violations: ['SEED_STONES: nothing grows from stones'],
  });
  expect(sown).toEqual([]);
});
