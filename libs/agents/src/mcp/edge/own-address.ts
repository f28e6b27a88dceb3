import { pathPrefixOf } from '@isolith/isolith/http';
import type { FastifyRequest } from 'fastify';
import type { McpOptions } from '../mcp-options.js';

export const MCP_PATH = '/mcp';
/** As RFC 9728, section 3.1, derives it from the resource's path. */
export const METADATA_PATH = `/.well-known/oauth-protected-resource${MCP_PATH}`;

/** The address of the server, as its clients know it. `Host` was checked. */
export function resourceOf(request: FastifyRequest, { publicUrl }: Pick<McpOptions, 'publicUrl'>): string {
  if (publicUrl !== undefined) return publicUrl;
  return `${request.protocol}://${request.headers.host ?? ''}${pathPrefixOf(request)}${MCP_PATH}`;
}

/** Where clients read how to be let in. */
export function metadataOf(request: FastifyRequest, options: Pick<McpOptions, 'publicUrl'>): string {
  const { origin } = new URL(resourceOf(request, options));
  return `${origin}${options.publicUrl === undefined ? pathPrefixOf(request) : ''}${METADATA_PATH}`;
}
