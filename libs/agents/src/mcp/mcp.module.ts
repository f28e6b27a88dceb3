import { HOST_CONFIG, type HostConfig } from '@isolith/isolith';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { CallApprovals } from '../call-approvals/call-approvals.js';
import { ContextCallApprovals } from '../call-approvals/context-call-approvals.js';
import { govern } from '../governor/govern.js';
import { ChallengeFilter } from './edge/challenge.filter.js';
import { KnownPlacesGuard } from './edge/known-places.guard.js';
import { ResourceMetadataController } from './edge/resource-metadata.controller.js';
import { APPROVALS_PATH, approvalsController } from './mcp-approvals.controller.js';
import { McpConfig, type McpOptions } from './mcp-options.js';
import { McpController } from './mcp.controller.js';
import { McpEndpoint } from './mcp-endpoint.js';
import { ResourceService } from './resources/resource-service.js';
import { GatewaySender } from './tools/gateway-sender.js';
import { ToolSender } from './tools/governed-call.js';
import { ToolService } from './tools/tool-service.js';

/**
 * An MCP server at `/mcp` of a host, over the tools that agents use: each signed-in user sees the tools that he may
 * use, and calls them as his delegate, with his approval for all that writes. It needs `IsolithModule.forRoot({ edge:
 * WHOLE_EDGE })` beside it.
 */
@Module({})
export class McpModule {
  static forRoot({ imports = [], ...options }: McpOptions): DynamicModule {
    const { tools, approvals, decideAt = (id) => `${APPROVALS_PATH}/${id}`, documents = [] } = options;
    return {
      module: McpModule,
      imports,
      controllers: [
        McpController,
        ResourceMetadataController,
        ...('context' in approvals ? [approvalsController(approvals.context)] : []),
      ],
      providers: [
        { provide: McpConfig, useValue: new McpConfig(options) },
        keeperOf(approvals),
        { provide: ToolSender, useClass: GatewaySender },
        {
          provide: ToolService,
          inject: [CallApprovals, ToolSender],
          useFactory: (kept: CallApprovals, sender: ToolSender) =>
            new ToolService({ tools, govern, sender, approvals: kept, decideAt }),
        },
        {
          provide: ResourceService,
          inject: [HOST_CONFIG],
          useFactory: ({ application }: HostConfig) =>
            new ResourceService(
              application.contexts.flatMap(({ contracts }) => contracts),
              documents,
            ),
        },
        McpEndpoint,
        KnownPlacesGuard,
        ChallengeFilter,
      ],
    };
  }
}

function keeperOf(approvals: McpOptions['approvals']): Provider {
  if ('token' in approvals) return { provide: CallApprovals, useExisting: approvals.token };
  return {
    provide: CallApprovals,
    inject: [CommandBus],
    useFactory: (commands: CommandBus) => new ContextCallApprovals(approvals.context, commands),
  };
}
