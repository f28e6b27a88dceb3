import type { Principal } from '@isolith/contracts';
import { application, type HostConfig, IsolithModule, parseConfig, runHost } from '@isolith/isolith';
import { CurrentUser, SignedIn, WHOLE_EDGE } from '@isolith/isolith/http';
import { Body, Controller, type DynamicModule, Module, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Server } from '../../harness/contestant.js';
import { answerTo, PATH, SECRET, thing, type Thing } from './task.js';

@SignedIn()
@Controller(PATH)
class ThingRoutes {
  @Post()
  add(@Body({ schema: thing }) body: Thing, @CurrentUser() { user = '' }: Principal) {
    return answerTo(body, user);
  }
}

@Module({})
class AppModule {
  static forRoot(config: HostConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [IsolithModule.forRoot({ config, edge: WHOLE_EDGE })],
      controllers: [ThingRoutes],
    };
  }
}

/** A host as the product starts one, with nothing but this route. */
export const serveHost = (environment: Readonly<Record<string, string>>) => async (): Promise<Server> => {
  const { config } = parseConfig(application('bench', []), {
    PORT: '0',
    AUTH_SECRET: SECRET,
    DATA_DIR: 'memory://',
    ...environment,
  });
  let app: NestFastifyApplication | undefined;
  await runHost({ config, module: AppModule.forRoot(config), prepare: (made) => void (app = made) });
  if (app === undefined) throw new Error('the host prepared no application');
  const running = app;
  return { address: (await running.getUrl()).replace('0.0.0.0', '127.0.0.1'), close: () => running.close() };
};
