import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TrustedProxies } from '../variables/trusted-proxies.js';

const LONGEST_PREFIX = 200;
/** Segments of unreserved characters, none of them `.` or `..`: it becomes part of addresses that others follow. */
const PREFIX = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/;

const trustOf = new WeakMap<FastifyInstance['server'], TrustedProxies>();

/** Whose `X-Forwarded-Prefix` counts at this server; without, nobody's does. */
export const trustPrefixOf = (server: FastifyInstance['server'], trusted: TrustedProxies): void => {
  trustOf.set(server, trusted);
};

/**
 * Under which path the outside sees this host: what a trusted proxy says in `X-Forwarded-Prefix` (`/shop`), `''`
 * without one. The proxy takes it off before it passes a request on.
 */
export function pathPrefixOf({ raw, headers, server }: FastifyRequest): string {
  const trusted = trustOf.get(server.server);
  const said = headers['x-forwarded-prefix'];
  if (trusted === undefined || typeof said !== 'string' || said.length > LONGEST_PREFIX) return '';
  const prefix = said.replace(/\/$/, '');
  return PREFIX.test(prefix) && trusted(raw.socket.remoteAddress ?? '', 0) ? prefix : '';
}
