import { application, IsolithModule, parseConfig } from '@isolith/isolith';
import { AccessTokens, edgeAdapter, WHOLE_EDGE } from '@isolith/isolith/http';
import { ConsoleLogger, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { mails, MailsModule } from './mails.js';
import { orders, OrdersModule } from './orders.js';

const { config } = parseConfig(application('app', [orders, mails]), { DATA_DIR: 'memory://' });

@Module({ imports: [IsolithModule.forRoot({ config, edge: WHOLE_EDGE }), OrdersModule, MailsModule] })
class AppModule {}

/** The application, listening, and the token of one of its admins. */
export async function startApp(): Promise<{ app: NestFastifyApplication; url: string; token: string }> {
  const building = Test.createTestingModule({ imports: [AppModule] }).setLogger(new ConsoleLogger({ logLevels: [] }));
  const module = await building.compile();
  const app = module.createNestApplication<NestFastifyApplication>(edgeAdapter(), { bodyParser: false });
  await app.listen(0, '127.0.0.1');
  const token = app.get(AccessTokens).issue({ user: 'ops', roles: ['admin'], session: 's' });
  return { app, url: await app.getUrl(), token };
}
