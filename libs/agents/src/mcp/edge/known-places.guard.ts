import { ForbiddenError } from '@isolith/contracts';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { McpConfig } from '../mcp-options.js';

/**
 * Lets in whom the server is meant for: a name of this host in `Host`, and where a page asks, an origin that may. A
 * page of somebody else can make a browser on this machine ask, with a name of its own that leads here.
 */
@Injectable()
export class KnownPlacesGuard implements CanActivate {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;

  constructor({ options }: McpConfig) {
    this.#hosts = new Set(options.allowedHosts.map((name) => name.toLowerCase()));
    this.#origins = new Set(options.allowedOrigins);
  }

  canActivate(context: ExecutionContext): boolean {
    const { host, origin } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    if (host === undefined || !this.#hosts.has(nameOf(host)))
      throw new ForbiddenError('the Host header names none of the names of this server');
    if (origin !== undefined && !this.#origins.has(origin) && !isOwn(origin, host))
      throw new ForbiddenError('pages of this origin may not ask this server');
    return true;
  }
}

/** A page that this host has served itself, under the name that it was asked by. */
const isOwn = (origin: string, host: string): boolean =>
  /^https?:/.test(origin) && URL.parse(origin)?.host === host.toLowerCase();

/** `[::1]` of `[::1]:3000`; what is no name is one that nobody allows. */
function nameOf(host: string): string {
  const url = `http://${host}`;
  return /[/?#@\\]/.test(host) || !URL.canParse(url) ? '' : new URL(url).hostname;
}
