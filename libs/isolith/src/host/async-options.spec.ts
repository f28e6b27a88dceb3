import { afterEach, describe, expect, it } from '@jest/globals';
import { anyone, query } from '@isolith/contracts';
import { ConsoleLogger, type DynamicModule, Injectable, Logger, Module, type OnModuleDestroy } from '@nestjs/common';
import { QueryBus, QueryHandler } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { z } from 'zod';
import { context, lazily } from '../context/context.js';
import { IsolithModule, type HostOptions, StartRefusedError } from '../index.js';

class Greet extends query('desk.greet', { input: z.object({}), output: z.string(), access: [anyone()] }) {}
const desk = context('desk', { contracts: [Greet] });
@QueryHandler(Greet)
class GreetHandler {
  execute = async () => 'hello';
}
@Module({ imports: [IsolithModule.forFeature(desk)], providers: [GreetHandler] })
class DeskModule {}
const contexts = [lazily(desk, { module: async () => DeskModule })];

let ended = 0;
/** As @nestjs/config has it. */
@Injectable()
class ConfigService implements OnModuleDestroy {
  get(): string {
    return 'memory://';
  }
  onModuleDestroy(): void {
    ended += 1;
  }
}
@Module({ providers: [ConfigService], exports: [ConfigService] })
class ConfigModule {}

const configured = (
  useFactory: (config: ConfigService) => HostOptions | Promise<HostOptions>,
): Promise<DynamicModule> =>
  IsolithModule.forRootAsync({ imports: [ConfigModule], inject: [ConfigService], useFactory });

let app: TestingModule | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(isolith: Promise<DynamicModule>): Promise<TestingModule> {
  const logger = new ConsoleLogger({ logLevels: [] });
  const made = await Test.createTestingModule({ imports: [isolith] })
    .setLogger(logger)
    .compile();
  await made.init();
  return (app = made);
}

describe('forRootAsync', () => {
  it('runs a host whose options another module provides, and ends what it asked', async () => {
    ended = 0;
    Logger.overrideLogger(false);
    const host = await start(configured(async (config) => ({ contexts, env: { DATA_DIR: config.get() } })));
    await expect(host.get(QueryBus, { strict: false }).execute(new Greet({}))).resolves.toBe('hello');
    expect(ended).toBe(1);
  });

  it('is refused as forRoot is, with everything that is wrong', async () => {
    const wrong = start(configured(() => ({ contexts, env: { DATA_DIR: 'memory://', PORT: 'x', CONTEXT: 'desk' } })));
    const error: unknown = await wrong.catch((thrown: unknown) => thrown);
    if (!(error instanceof StartRefusedError)) throw error;
    expect(error.violations).toEqual([
      'PORT: expected a whole number from 0 to 65535, got "x"',
      'CONTEXT: not a known variable; did you mean CONTEXTS?',
    ]);
  });

  it('rejects with what the factory throws, and for one that makes nothing', async () => {
    const failing = configured(() => {
      throw new Error('the configuration is away');
    });
    await expect(start(failing)).rejects.toThrow('the configuration is away');
    const nothing = IsolithModule.forRootAsync({ useFactory: () => z.custom<HostOptions>().parse(undefined) });
    await expect(start(nothing)).rejects.toThrow(
      'IsolithModule.forRootAsync: useFactory must return what forRoot() takes, { contexts, … }; it returned undefined',
    );
  });
});
