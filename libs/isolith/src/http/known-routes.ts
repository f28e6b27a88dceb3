import { HttpException, HttpStatus } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Fastify's own of `OPTIONS *` (the one of @fastify/cors): no path of the application. */
export const EVERY_PATH = '*';

/**
 * What a request asks for, as its route states it: `/%6detrics` is `/metrics`, as the router reads it. Where no route
 * takes it, as it was sent.
 */
export function routeOf({ routeOptions, url }: FastifyRequest): string {
  const route = routeOptions.url;
  return route === undefined || route === EVERY_PATH ? url : route;
}

/**
 * Which methods each path takes. What a path does not take is answered with what it does: `OPTIONS` with 204, every
 * other method with 405, both with `Allow` (RFC 9110, 15.5.6).
 */
export class KnownRoutes {
  /** By the pattern of a path, in the order of registration. */
  readonly #methods = new Map<string, Set<string>>();
  #watching = true;

  /** The methods that the application registered, by the pattern of the path. */
  get paths(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#methods;
  }

  /** Before any route is registered: Fastify does not tell of earlier ones. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      if (!this.#watching || url === EVERY_PATH) return;
      const known = this.#methods.get(url) ?? new Set();
      for (const one of [method].flat()) known.add(one.toUpperCase());
      this.#methods.set(url, known);
    });
  }

  /** Once, after all routes are registered. */
  answerOtherMethods(fastify: FastifyInstance): void {
    this.#watching = false;
    for (const url of this.#methods.keys()) {
      const taken = this.#takenAt(url);
      const allow = [...new Set([...taken, 'OPTIONS'])].toSorted().join(', ');
      const others = fastify.supportedMethods.filter((method) => !taken.has(method));
      if (others.length === 0) continue;
      fastify.route({
        method: others,
        url,
        // Before the body is read: nobody wants it.
        onRequest: (request, reply, done) => {
          // As Nest reads its own routes: a parameter is never empty.
          if (hasEmptyParameter(request.params)) return reply.callNotFound();
          void reply.header('allow', allow);
          if (request.method === 'OPTIONS') void reply.status(HttpStatus.NO_CONTENT).send();
          else done(new HttpException(`this path takes ${allow}`, HttpStatus.METHOD_NOT_ALLOWED));
        },
        handler: notReached,
      });
    }
  }

  /**
   * The methods of a path itself and of the patterns that take it too: without those of `/users/:id`, a path
   * `/users/me` would refuse what is answered today.
   */
  #takenAt(url: string): ReadonlySet<string> {
    const taken = [...this.#methods].filter(([pattern]) => covers(pattern, url)).flatMap(([, methods]) => [...methods]);
    return new Set(taken);
  }
}

/** Whether every path of one pattern is a path of the other; a parameter is a whole segment. */
function covers(pattern: string, url: string): boolean {
  const theirs = url.split('/');
  const ours = pattern.split('/');
  return ours.length === theirs.length && ours.every((part, at) => part.startsWith(':') || part === theirs[at]);
}

const hasEmptyParameter = (params: unknown): boolean =>
  typeof params === 'object' && params !== null && Object.values(params).includes('');

function notReached(request: FastifyRequest, _reply: FastifyReply): never {
  throw new Error(`${request.method} ${request.routeOptions.url ?? ''} was answered before`);
}
