import { ConsoleLogger, type DynamicModule, type LoggerService, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { application } from '../../context/application.js';
import { parseConfig } from '../../config/parse-config.js';
import { IsolithModule } from '../../host/isolith.module.js';
import { edgeAdapter } from '../index.js';
import { WHOLE_EDGE } from '../edge-part.js';

interface Surroundings {
  readonly variables?: Readonly<Record<string, string>>;
  readonly imports?: readonly (Type | DynamicModule)[];
  readonly logger?: LoggerService;
  readonly adapter?: Parameters<typeof edgeAdapter>[0];
  readonly change?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
}

/**
 * An application of these routes behind the whole edge, without a context. Whoever gets it starts it, and closes it.
 */
export async function edgeApp(
  controllers: Type[],
  {
    variables = { DATA_DIR: 'memory://' },
    imports = [],
    logger = new ConsoleLogger({ logLevels: [] }),
    adapter,
    change = (builder) => builder,
  }: Surroundings = {},
): Promise<NestFastifyApplication> {
  const { config } = parseConfig(application('app', []), variables);
  const host = IsolithModule.forRoot({ config, edge: WHOLE_EDGE });
  const tiny = { module: class Tiny {}, imports: [host, ...imports], controllers };
  const built = await change(Test.createTestingModule({ imports: [tiny] }))
    .setLogger(logger)
    .compile();
  return built.createNestApplication<NestFastifyApplication>(edgeAdapter(adapter), { bodyParser: false });
}
