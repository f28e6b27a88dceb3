import { principalSchema, tellable } from '@isolith/contracts';
import { problemOf } from '@isolith/isolith/http';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import {
  type CallToolResult,
  createMcpHandler,
  type McpRequestContext,
  ProtocolError,
  Server,
} from '@modelcontextprotocol/server';
import { z } from 'zod';
import { McpConfig } from './mcp-options.js';
import { ResourceService } from './resources/resource-service.js';
import { refused } from './tools/answers.js';
import { type AskedCall, ToolService } from './tools/tool-service.js';

const callerSchema = z.object({ user: principalSchema, session: z.string().min(1) });
/** Who is signed in, and in which session. */
type Caller = z.output<typeof callerSchema>;

/** How long a client may take a list for what it is; roles of a user change seldom. Milliseconds. */
const LIST_TTL_MS = 60_000;

/**
 * The protocol's side of the server, by its own SDK: revision 2026-07-28, and those of 2025 without sessions. Each
 * exchange has a server of its own, for the user who is signed in; schemas and texts are made once.
 */
@Injectable()
export class McpEndpoint implements OnApplicationShutdown {
  readonly #log = new Logger('mcp');
  readonly #handler = createMcpHandler((context) => this.#serverFor(callerOf(context)), {
    // Of an exchange that was refused: clients do that, and nobody can act on it.
    onerror: (error) => this.#log.debug({ message: 'an MCP exchange was refused', reason: error.message }),
  });

  constructor(
    private readonly config: McpConfig,
    private readonly tools: ToolService,
    private readonly resources: ResourceService,
  ) {}

  /** One message and its answer. `request` has no body: it was read as `body`. */
  exchange(request: Request, body: unknown, caller: Caller): Promise<Response> {
    // The token stays at the edge: whoever is handed `authInfo` needs the user alone.
    const authInfo = { token: '', clientId: caller.user.user ?? '', scopes: [], extra: { caller } };
    return this.#handler.fetch(request, { parsedBody: body, authInfo });
  }

  /** After the host has drained. */
  async onApplicationShutdown(): Promise<void> {
    await this.#handler.close();
  }

  #serverFor({ user, session }: Caller): Server {
    const { name, version, instructions } = this.config.options;
    const cached = { ttlMs: LIST_TTL_MS, cacheScope: 'private' } as const;
    const server = new Server(
      { name, version },
      {
        capabilities: { tools: {}, resources: {} },
        ...(instructions === undefined ? {} : { instructions }),
        cacheHints: {
          'tools/list': cached,
          'resources/list': cached,
          'resources/templates/list': cached,
          'resources/read': cached,
          'server/discover': cached,
        },
      },
    );
    server.setRequestHandler('tools/list', () => ({ tools: this.tools.list(user) }));
    server.setRequestHandler('tools/call', ({ params: { name: tool, arguments: args = {} } }, { mcpReq }) =>
      this.#call({ name: tool, args, user, session, signal: mcpReq.signal }),
    );
    server.setRequestHandler('resources/list', () => ({ resources: this.resources.list(user) }));
    server.setRequestHandler('resources/templates/list', () => ({ resourceTemplates: [] }));
    server.setRequestHandler('resources/read', ({ params: { uri } }) => this.resources.read(uri, user));
    return server;
  }

  /** What is thrown is a result as well: the same as the edge would answer, told as data. */
  async #call(call: AskedCall): Promise<CallToolResult> {
    try {
      return await this.tools.call(call);
    } catch (cause) {
      if (cause instanceof ProtocolError) throw cause;
      const thrown = tellable(cause);
      const { type, detail, status } = problemOf(thrown);
      if (status === 500) this.#log.error(thrown);
      return refused(type, detail);
    }
  }
}

const callerOf = ({ authInfo }: McpRequestContext): Caller => callerSchema.parse(authInfo?.extra?.['caller']);
