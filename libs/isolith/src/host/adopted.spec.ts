import { afterEach, describe, expect, it } from '@jest/globals';
import { anyone, query } from '@isolith/contracts';
import { currentPrincipal } from '@isolith/message-bus';
import { ConsoleLogger, Controller, type DynamicModule, Get, Module, Param } from '@nestjs/common';
import { QueryBus, QueryHandler } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { parseConfig } from '../config/parse-config.js';
import { application } from '../context/application.js';
import { context, lazily } from '../context/context.js';
import { HealthController } from '../endpoints/health.controller.js';
import { AccessGuard } from '../http/access.guard.js';
import { HttpEdge } from '../http/http-edge.js';
import { IsolithModule, type RemoteOptions, StartRefusedError } from '../index.js';

class Greet extends query('desk.greet', {
  input: z.object({ word: z.string() }),
  output: z.object({ said: z.string() }),
  access: [anyone()],
}) {}

const desk = context('desk', { contracts: [Greet] });

@QueryHandler(Greet)
class GreetHandler {
  async execute({ word }: Greet) {
    const { user = 'nobody', roles } = currentPrincipal();
    return { said: `${word}, ${user} (${roles.join()})` };
  }
}

@Module({ imports: [IsolithModule.forFeature(desk)], providers: [GreetHandler] })
class DeskModule {}

@Controller('greetings')
class Greetings {
  constructor(private readonly queries: QueryBus) {}

  @Get(':word')
  greet(@Param('word') word: string) {
    return this.queries.execute(new Greet({ word }));
  }
}

const contexts = [lazily(desk, { module: async () => DeskModule })];
const env = { DATA_DIR: 'memory://' };

let app: NestFastifyApplication | undefined;
afterEach(async () => {
  await app?.close();
  app = undefined;
});

async function start(isolith: DynamicModule): Promise<NestFastifyApplication> {
  @Module({ imports: [isolith], controllers: [Greetings] })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}

const violationsOf = async (isolith: DynamicModule): Promise<readonly string[]> => {
  const error: unknown = await start(isolith).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  app = undefined;
  if (!(error instanceof StartRefusedError)) throw new Error(`expected a refusal, got ${String(error)}`);
  return error.violations;
};

describe('Isolith in an application that is there already', () => {
  it('imports the modules of the contexts that are placed here, and brings nothing of HTTP', async () => {
    const host = await start(IsolithModule.forRoot({ contexts, env }));
    for (const part of [HttpEdge, AccessGuard, HealthController])
      expect(() => host.get<unknown>(part, { strict: false })).toThrow('could not find');
    const answer = await host.inject('/greetings/hello');
    expect([answer.statusCode, answer.json(), answer.headers['cache-control']]).toEqual([
      200,
      { said: 'hello, nobody ()' },
      undefined,
    ]);
    expect((await host.inject('/health/live')).statusCode).toBe(404);
  });

  it('hears from the application who sends a request', async () => {
    const caller = ({ headers }: { headers: Record<string, string> }) => {
      const user = headers['x-user'];
      return user === undefined ? undefined : { user, roles: ['clerk'] };
    };
    const host = await start(IsolithModule.forRoot({ contexts, env, caller }));
    const said = async (headers: Record<string, string>): Promise<unknown> =>
      (await host.inject({ url: '/greetings/hello', headers })).json();
    expect(await Promise.all([said({ 'x-user': 'ada' }), said({}), said({ 'x-user': 'bo' })])).toEqual([
      { said: 'hello, ada (clerk)' },
      { said: 'hello, nobody ()' },
      { said: 'hello, bo (clerk)' },
    ]);
  });

  it('adds the parts of the edge that are asked for', async () => {
    const host = await start(IsolithModule.forRoot({ contexts, env, edge: ['health'] }));
    expect((await host.inject('/health/ready')).statusCode).toBe(200);
    expect((await host.inject('/metrics')).statusCode).toBe(404);
  });

  it('makes its transport only where there is a URL for it', async () => {
    const made: string[] = [];
    const remote = (to: RemoteOptions): never => {
      made.push(to.name);
      throw new Error('none here');
    };
    await start(IsolithModule.forRoot({ contexts, env, remote }));
    expect(made).toEqual([]);
    const split = { ...env, TRANSPORT_URL: 'amqp://localhost', CONTEXTS: 'desk' };
    expect(() => IsolithModule.forRoot({ contexts, name: 'office', env: split, remote })).toThrow('none here');
    expect(made).toEqual(['office desk']);
  });

  it('is refused with parts of the edge that lack others, and with a configuration that counts on a DataSource', async () => {
    const { config } = parseConfig(application('app', [desk]), env, { sharesDataSource: true });
    expect(await violationsOf(IsolithModule.forRoot({ config, edge: ['problems'] }))).toEqual([
      'dataSource: the configuration was read with sharesDataSource, so IsolithModule.forRoot() needs it',
      'edge: problems needs requests, which is not listed',
    ]);
  });
});
