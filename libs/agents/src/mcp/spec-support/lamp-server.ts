import { application, IsolithModule, parseConfig } from '@isolith/isolith';
import { AccessTokens, edgeAdapter, WHOLE_EDGE } from '@isolith/isolith/http';
import { ConsoleLogger, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { McpModule } from '../mcp.module.js';
import type { McpOptions } from '../mcp-options.js';
import { ToolSender } from '../tools/governed-call.js';
import { MemoryApprovals } from './memory-approvals.js';
import { lampTools, RecordingSender } from './tiny-tools.js';

export interface LampServer {
  readonly app: NestFastifyApplication;
  /** Of `/mcp`. */
  readonly url: string;
  readonly sender: RecordingSender;
  readonly approvals: MemoryApprovals;
  /** The `Authorization` header of this user. */
  readonly bearer: (user: string, ...roles: string[]) => string;
  readonly close: () => Promise<void>;
}

/** An MCP server over four tools, listening on this machine, behind the whole edge. */
export async function lampServer(options: Partial<McpOptions> = {}): Promise<LampServer> {
  const sender = new RecordingSender();
  const approvals = new MemoryApprovals();
  @Module({ providers: [{ provide: MemoryApprovals, useValue: approvals }], exports: [MemoryApprovals] })
  class Approvals {}
  const { config } = parseConfig(application('app', []), { DATA_DIR: 'memory://' });
  const mcp = McpModule.forRoot({
    name: 'lamps',
    version: '1.0.0',
    tools: lampTools,
    imports: [Approvals],
    approvals: { token: MemoryApprovals },
    decideAt: (id) => `/approvals/${id}`,
    allowedHosts: ['127.0.0.1'],
    allowedOrigins: ['https://chat.example'],
    ...options,
  });
  const module = await Test.createTestingModule({
    imports: [IsolithModule.forRoot({ config, edge: WHOLE_EDGE }), mcp],
  })
    .overrideProvider(ToolSender)
    .useValue(sender)
    .setLogger(new ConsoleLogger({ logLevels: [] }))
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(edgeAdapter(), { bodyParser: false });
  await app.listen(0, '127.0.0.1');
  const tokens = app.get(AccessTokens, { strict: false });
  return {
    app,
    url: `${await app.getUrl()}/mcp`,
    sender,
    approvals,
    bearer: (user, ...roles) => `Bearer ${tokens.issue({ user, roles, session: `session of ${user}` })}`,
    close: () => app.close(),
  };
}
