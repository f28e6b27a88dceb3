import type { OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addressOf, networkOf } from './client-origin.js';
import { HttpEdge } from './http-edge.js';
import { identityOf } from './identity.js';
import { routeOf } from './known-routes.js';
import { tellLimit, tooMany } from './limit-headers.js';
import { WindowCounter } from './window-counter.js';

/**
 * Routes that operators and their machines ask for; health is not among it, a busy address must not make a host look
 * dead.
 */
export const OPERATIONS = /^\/(?:metrics|actuator)(?:[/?]|$)/i;
/**
 * On every host, whatever limits its routes have: who asks for `/metrics` and `/actuator` more often gets 429 with
 * `Retry-After`, before a token is compared or an answer is made. Counted per signed-in user, else per network.
 */
export class OperationsLimit implements OnModuleInit {
  readonly #counts: WindowCounter;

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly edge: HttpEdge,
    perSecond: number,
  ) {
    this.#counts = new WindowCounter({ limit: perSecond });
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter?.getInstance();
    if (fastify === undefined) return;
    // Its hook finds out the identity, so it comes first.
    this.edge.install();
    fastify.addHook('onRequest', (request, reply, done) =>
      done(OPERATIONS.test(routeOf(request)) ? this.#count(request, reply) : undefined),
    );
  }

  #count(request: FastifyRequest, reply: FastifyReply): Error | undefined {
    const { user } = identityOf(request).principal;
    const taken = this.#counts.take(user === undefined ? `network ${networkOf(addressOf(request))}` : `user ${user}`);
    tellLimit(reply, this.#counts.limit, taken);
    return taken.admitted ? undefined : tooMany(reply, taken);
  }
}
