import { afterEach, describe, expect, it } from '@jest/globals';
import { type AnyContractClass, command, query, service } from '@isolith/contracts';
import { ConsoleLogger, Controller, Get, Module, Post, type Type } from '@nestjs/common';
import { CommandHandler } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { parseConfig } from '../config/parse-config.js';
import { IsolithModule } from '../host/isolith.module.js';
import { edgeAdapter, type EdgePart, OperatorsOnly, Public, SignedIn, WHOLE_EDGE } from './index.js';

@Controller('v1/things')
class Things {
  @Get()
  list(): void {}

  @SignedIn()
  @Get('mine')
  mine(): void {}

  @Post(':id/open')
  open(): void {}

  notARoute(): void {}
}

@Public()
@Controller('v1/open')
class Open {
  @Get()
  list(): void {}

  @OperatorsOnly()
  @Get('inside')
  inside(): void {}
}

const input = z.object({});
class Do extends command('tiny.do', { input, access: [service()] }) {}
class Undeclared extends command('tiny.undeclared', { input }) {}
class Unlisted extends command('tiny.unlisted', { input }) {}
class Asked extends query('tiny.asked', { input }) {}

@CommandHandler(Do)
class DoHandler {
  async execute(): Promise<void> {}
}
@CommandHandler(Unlisted)
class UnlistedHandler {
  async execute(): Promise<void> {}
}

let app: NestFastifyApplication | undefined;
afterEach(() => app?.close());

async function start(
  controllers: Type[],
  contracts: readonly AnyContractClass[] = [],
  providers: Type[] = [],
  edge: readonly EdgePart[] = WHOLE_EDGE,
) {
  const tiny = context('tiny', { contracts });
  const { config } = parseConfig(application('app', [tiny]), { DATA_DIR: 'memory://' });

  @Module({
    imports: [IsolithModule.forRoot({ config, edge }), IsolithModule.forFeature(tiny)],
    controllers,
    providers,
  })
  class TinyModule {}

  const module = await Test.createTestingModule({ imports: [TinyModule] })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  app = module.createNestApplication<NestFastifyApplication>(edgeAdapter(), { bodyParser: false });
  return app.init();
}

describe('a route that does not say who may ask', () => {
  it('is named, with all others, and the host does not start', async () => {
    await expect(start([Things, Open])).rejects.toThrow(
      /route GET \/v1\/things \(Things\.list\) does not say who may ask: @SignedIn\(\), @Public\(\) or @OperatorsOnly\(\)[^]*route POST \/v1\/things\/:id\/open \(Things\.open\)/,
    );
    await expect(start([Things])).rejects.not.toThrow(/mine|notARoute/);
  });

  it('is the business of whoever guards it, where that is not the edge', async () => {
    expect(await start([Things], [], [], ['validation'])).toBeDefined();
  });
});

describe('a command or query that does not say who may send it', () => {
  it('is named, whether its context lists it or only handles it', async () => {
    const refused = start([Open], [Do, Undeclared, Asked], [DoHandler, UnlistedHandler]);
    await expect(refused).rejects.toThrow(
      /command tiny\.undeclared does not say who may send it: access: [^]*query tiny\.asked does[^]*command tiny\.unlisted does/,
    );
    await expect(start([Open], [Do, Undeclared], [DoHandler])).rejects.not.toThrow(/tiny\.do /);
  });
});
