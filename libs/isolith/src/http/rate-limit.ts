import { isIP } from 'node:net';
import { type DynamicModule, HttpException, HttpStatus, Module, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpEdge } from './http-edge.js';
import { identityOf } from './identity.js';
import { WindowCounter } from './window-counter.js';

export interface RateLimitOptions {
  /** Requests per second and identity: the signed-in user, else the client's address. */
  readonly perSecond: number;
}

/** Asked for by machines that watch the host; a busy address must not make it look dead. */
const UNLIMITED = /^\/(?:health|metrics|actuator)(?:[/?]|$)/;
const SECOND_MS = 1_000;

class RateLimitConfig {
  constructor(readonly perSecond: number) {}
}

/** Answers 429 with `Retry-After` to an identity that asks too often, before its body is read, whatever the route. */
@Module({})
export class RateLimitModule implements OnModuleInit {
  readonly #counter: WindowCounter;

  constructor(
    options: RateLimitConfig,
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly edge: HttpEdge,
  ) {
    this.#counter = new WindowCounter({ limit: options.perSecond, windowMs: SECOND_MS });
  }

  onModuleInit(): void {
    // Its hook finds out the identity, so it comes first.
    this.edge.install();
    this.host.httpAdapter
      .getInstance()
      .addHook('onRequest', (request, reply, done) => done(this.#count(request, reply)));
  }

  static forRoot({ perSecond }: RateLimitOptions): DynamicModule {
    return {
      module: RateLimitModule,
      providers: [{ provide: RateLimitConfig, useValue: new RateLimitConfig(perSecond) }],
    };
  }

  #count(request: FastifyRequest, reply: FastifyReply): Error | undefined {
    if (UNLIMITED.test(request.url)) return undefined;
    const { user } = identityOf(request).principal;
    const waitMs = this.#counter.hit(user === undefined ? `address ${addressOf(request)}` : `user ${user}`);
    if (waitMs === undefined) return undefined;
    void reply.header('retry-after', String(Math.max(1, Math.ceil(waitMs / SECOND_MS))));
    return new HttpException('too many requests', HttpStatus.TOO_MANY_REQUESTS);
  }
}

/** What a client wrote into a header that is believed may be no address; then it is the connection that counts. */
const addressOf = ({ ip, raw }: FastifyRequest): string => (isIP(ip) === 0 ? (raw.socket.remoteAddress ?? '') : ip);
