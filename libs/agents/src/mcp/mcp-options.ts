import type { DynamicModule, InjectionToken } from '@nestjs/common';
import type { Tool } from '../tools/tool.js';
import type { McpDocument } from './resources/resource-service.js';

/** What an MCP server offers, and to whom. */
export interface McpOptions extends Pick<DynamicModule, 'imports'> {
  readonly name: string;
  readonly version: string;
  /** What a model is told of the server as a whole. */
  readonly instructions?: string;
  readonly tools: readonly Tool[];
  /**
   * Who keeps the approvals of writes: a context, whose module imports `CallApprovalsModule.forFeature`, or a
   * CallApprovals that `imports` export.
   */
  readonly approvals: { readonly context: string } | { readonly token: InjectionToken };
  /**
   * Where its owner decides on an approval, as a client tells him: a page. Default: the path `/mcp/approvals/:id`,
   * which takes the decision of whoever is signed in.
   */
  readonly decideAt?: (approval: string) => string;
  readonly documents?: readonly McpDocument[];
  /**
   * Names, without ports, that a `Host` header may have. A page of somebody else whose name was bound to this host's
   * address says another. Behind a proxy that writes it anew, what the proxy writes.
   */
  readonly allowedHosts: readonly string[];
  /** Origins of pages that may ask, as a browser states them: `https://chat.example`. Programs state none. */
  readonly allowedOrigins: readonly string[];
  /**
   * The address of `/mcp` as clients know it. Absent: that of the request, by its `Host`; not behind a proxy that ends
   * TLS.
   */
  readonly publicUrl?: string;
  /** Where clients can get this application's access tokens by OAuth; told to them only where stated. */
  readonly authorizationServer?: string;
}

/** The options as one provider. */
export class McpConfig {
  constructor(readonly options: McpOptions) {}
}
