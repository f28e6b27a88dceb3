import { HOST_CONFIG, type HostConfig } from '@isolith/isolith';
import { type DynamicModule, Module } from '@nestjs/common';
import { govern } from '../governor/govern.js';
import type { CallApprovals } from './approvals/call-approvals.js';
import { ChallengeFilter } from './edge/challenge.filter.js';
import { KnownPlacesGuard } from './edge/known-places.guard.js';
import { ResourceMetadataController } from './edge/resource-metadata.controller.js';
import { McpConfig, type McpOptions } from './mcp-options.js';
import { McpController } from './mcp.controller.js';
import { McpEndpoint } from './mcp-endpoint.js';
import { ResourceService } from './resources/resource-service.js';
import { ToolSender } from './tools/governed-call.js';
import { GatewaySender } from './tools/gateway-sender.js';
import { ToolService } from './tools/tool-service.js';

/**
 * An MCP server at `/mcp` of a host, over the tools that agents use: each signed-in user sees the tools that he may
 * use, and calls them as his delegate, with his approval for all that writes. It needs `IsolithModule.forRoot({ edge:
 * WHOLE_EDGE })` beside it.
 */
@Module({})
export class McpModule {
  static forRoot({ imports = [], ...options }: McpOptions): DynamicModule {
    return {
      module: McpModule,
      imports,
      controllers: [McpController, ResourceMetadataController],
      providers: [
        { provide: McpConfig, useValue: new McpConfig(options) },
        {
          provide: ToolService,
          inject: [options.approvals, ToolSender],
          useFactory: (approvals: CallApprovals, sender: ToolSender) =>
            new ToolService({ tools: options.tools, govern, sender, approvals, decideAt: options.decideAt }),
        },
        { provide: ToolSender, useClass: GatewaySender },
        {
          provide: ResourceService,
          inject: [HOST_CONFIG],
          useFactory: ({ application }: HostConfig) =>
            new ResourceService(
              application.contexts.flatMap(({ contracts }) => contracts),
              options.documents ?? [],
            ),
        },
        McpEndpoint,
        KnownPlacesGuard,
        ChallengeFilter,
      ],
    };
  }
}
