import { setting } from '@isolith/isolith';
import { z } from 'zod';

const MOST = 100;
/** What a `Host` header has before its port: a name, an IPv4 address, or an IPv6 one in brackets. */
const isName = (text: string): boolean =>
  !/[/?#@\\]/.test(text) && URL.parse(`http://${text}`)?.hostname === text.toLowerCase();
/** As browsers send it in `Origin`. */
const isOrigin = (text: string): boolean => /^https?:\/\//.test(text) && URL.parse(text)?.origin === text;

const listOf = (fits: (text: string) => boolean, otherwise: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((one) => one.trim()))
    .pipe(z.array(z.string().refine(fits, otherwise)).min(1).max(MOST));

const address = z.url({ protocol: /^https?$/ }).max(500);

/**
 * The variables of an MCP server, for an application to declare: `application('shop', contexts, { ...mcpSettings })`.
 *
 *   MCP                       `on` or `off`; on without it
 *   MCP_ALLOWED_HOSTS         names that a `Host` header may have; those of this machine without it
 *   MCP_ALLOWED_ORIGINS       origins of pages that may ask; none without it
 *   MCP_PUBLIC_URL            the address of `/mcp` as clients know it; needed behind a proxy that ends TLS
 *   MCP_AUTHORIZATION_SERVER  where clients get access tokens of the application by OAuth
 */
export const mcpSettings = {
  MCP: setting('on or off', z.enum(['on', 'off']).default('on')),
  MCP_ALLOWED_HOSTS: setting(
    'names such as shop.example, comma-separated, without a port',
    listOf(isName, 'each is a name without scheme, path or port').default(['localhost', '127.0.0.1', '[::1]']),
  ),
  MCP_ALLOWED_ORIGINS: setting(
    'origins such as https://chat.example, comma-separated, without a path',
    listOf(isOrigin, 'each is named as browsers name it').default([]),
  ),
  MCP_PUBLIC_URL: setting('a URL http(s)://host/mcp', address.optional()),
  MCP_AUTHORIZATION_SERVER: setting('a URL http(s)://host', address.optional()),
};

/** What the environment says of them. */
export type McpSettings = z.output<z.ZodObject<typeof mcpSettings>>;

/** Whom the server is meant for, and what it says of itself, as the environment states it. */
export function mcpEdgeOf(settings: McpSettings) {
  const { MCP_ALLOWED_HOSTS, MCP_ALLOWED_ORIGINS, MCP_PUBLIC_URL, MCP_AUTHORIZATION_SERVER } = settings;
  return {
    allowedHosts: MCP_ALLOWED_HOSTS,
    allowedOrigins: MCP_ALLOWED_ORIGINS,
    ...(MCP_PUBLIC_URL === undefined ? {} : { publicUrl: MCP_PUBLIC_URL }),
    ...(MCP_AUTHORIZATION_SERVER === undefined ? {} : { authorizationServer: MCP_AUTHORIZATION_SERVER }),
  };
}
