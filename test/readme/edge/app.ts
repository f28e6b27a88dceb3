import { application, IsolithModule, parseConfig } from '@isolith/isolith';
import {
  allowOrigins,
  compressAnswers,
  edgeAdapter,
  Public,
  RateLimitModule,
  secureHeaders,
  SignedIn,
  WHOLE_EDGE,
} from '@isolith/isolith/http';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

@SignedIn()
@Controller('v1/notes')
class NoteRoutes {
  @Get()
  mine(): readonly string[] {
    return ['only for who has a token'];
  }

  @Public()
  @Get('latest')
  latest(): readonly string[] {
    return ['for everybody'];
  }
}

/** The edge in an application that runs itself; `runHost` does all of this but the limit. */
export async function createEdge(env: Readonly<Record<string, string>>): Promise<NestFastifyApplication> {
  const { config } = parseConfig(application('notes', []), env);
  const { TRUST_PROXY, CORS_ORIGINS, DATABASE_URL } = config.values;

  @Module({
    imports: [
      IsolithModule.forRoot({ config, edge: WHOLE_EDGE }),
      RateLimitModule.forRoot({ perSecond: 50, perNetwork: 500, sharedIn: DATABASE_URL }),
    ],
    controllers: [NoteRoutes],
  })
  class AppModule {}

  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule,
    edgeAdapter({ bodyLimit: 64 * 1_024, requestTimeoutMs: 30_000, trustProxy: TRUST_PROXY }),
    { bodyParser: false, logger: false, abortOnError: false },
  );
  secureHeaders(app);
  await compressAnswers(app);
  if (CORS_ORIGINS !== undefined) allowOrigins(app, CORS_ORIGINS);
  return app;
}
