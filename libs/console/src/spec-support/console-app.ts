import { join } from 'node:path';
import { application, IsolithModule, parseConfig } from '@isolith/isolith';
import { edgeAdapter, secureHeaders, WHOLE_EDGE } from '@isolith/isolith/http';
import { ConsoleLogger, type LoggerService } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { ConsoleModule, consoleSettings, type ConsoleOptions } from '../index.js';

/** Pages as Vite builds them, very small. */
export const PAGES = join(import.meta.dirname, '..', 'fixtures', 'web');

interface Surroundings {
  readonly options?: Partial<ConsoleOptions>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly logger?: LoggerService;
}

/** A host without a context that shows a console. Whoever gets it closes it. */
export async function consoleApp({
  options = {},
  variables = {},
  logger = new ConsoleLogger({ logLevels: [] }),
}: Surroundings = {}): Promise<NestFastifyApplication> {
  const { config } = parseConfig(application('tiny', [], consoleSettings), {
    DATA_DIR: 'memory://',
    ...variables,
  });
  const imports = [
    IsolithModule.forRoot({ config, edge: WHOLE_EDGE }),
    ConsoleModule.forRoot({
      application: 'tiny',
      settings: config.settings(consoleSettings),
      pages: PAGES,
      ...options,
    }),
  ];
  const built = await Test.createTestingModule({ imports }).setLogger(logger).compile();
  const app = built.createNestApplication<NestFastifyApplication>(edgeAdapter(), { bodyParser: false });
  secureHeaders(app);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return app;
}
